// A page of a record asks every few seconds whether it may go on showing it, and says
// so instead of the record once it may not: somebody objected, or the reason to look
// came to an end. The record is not asked for again: that would be a new access. A page
// in the background asks when it is looked at again, before anything of it is seen.
import { instead } from './session.js'

const every = 3000
const patience = 1500
const answerIn = 2500
const failures = 3

export function watchStanding (document) {
  const words = document.querySelector('[data-standing]')?.dataset
  if (!words) return
  let timer
  let over = false
  let unknown = 0

  // One question without an answer says nothing, and is asked again. After some of them
  // nobody knows whether the record may still be shown, and it is shown no more. An
  // answer that does not come is no reason to stop asking.
  async function ask () {
    clearTimeout(timer)
    if (over) return
    let known = false
    try {
      const answer = await fetch(words.standing, { cache: 'no-store', signal: AbortSignal.timeout(answerIn) })
      if (over) return
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return blank(words)
      known = answer.ok || answer.status === 429
    } catch { /* counted below */ }
    if (over) return
    unknown = known ? 0 : unknown + 1
    if (unknown >= failures) return blank({ ...words, heading: words.lostHeading, text: words.lost, out: words.lostOut, again: words.reopen, href: window.location.pathname })
    if (document.visibilityState === 'visible') {
      clearTimeout(timer)
      timer = setTimeout(ask, every)
    }
  }

  function blank (words) {
    over = true
    clearTimeout(timer)
    document.title = words.title
    document.body.replaceChildren(instead(document, words))
    document.documentElement.classList.remove('app-blank')
    document.querySelector('h1').focus()
  }

  async function seenAgain () {
    if (over || document.visibilityState !== 'visible') return
    const show = () => document.documentElement.classList.remove('app-blank')
    document.documentElement.classList.add('app-blank')
    await Promise.race([ask(), new Promise((resolve) => setTimeout(resolve, patience))])
    show()
  }

  document.addEventListener('visibilitychange', seenAgain)
  timer = setTimeout(ask, every)
}
