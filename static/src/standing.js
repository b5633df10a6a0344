// A page of a record asks every few seconds whether it may go on showing it, and says
// so instead of the record once it may not: somebody objected, or the reason to look
// came to an end. The record is not asked for again: that would be a new access. A page
// in the background asks when it is looked at again, before anything of it is seen.
import { instead } from './session.js'

const every = 3000
const patience = 1500

export function watchStanding (document) {
  const words = document.querySelector('[data-standing]')?.dataset
  if (!words) return
  let timer
  let over = false

  // Without an answer nothing is known: a server that cannot be reached hides nothing.
  async function ask () {
    clearTimeout(timer)
    if (over) return
    try {
      const answer = await fetch(words.standing, { cache: 'no-store' })
      if (answer.status >= 400 && answer.status < 500 && answer.status !== 429) return blank()
    } catch { /* the next answer will say */ }
    if (!over && document.visibilityState === 'visible') timer = setTimeout(ask, every)
  }

  function blank () {
    over = true
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
