// A signed-in page knows when its session ends: it warns two minutes before, puts
// by what is typed, and shows nothing once the time is over. All tabs go by the same
// time, and one whose session somebody ended shows nothing within a minute. Nothing of
// the record is fetched: looking again is a deliberate act, because it is a new access
// in the log.
const warnAt = 120
const askEvery = 60
const keepAt = 15

export function watchSession (document) {
  const dialog = document.getElementById('app-session')
  if (!dialog) return
  const page = dialog.dataset
  const part = (name) => dialog.querySelector(`[data-session-${name}]`)
  const tabs = 'BroadcastChannel' in window ? new BroadcastChannel('candour-session') : null
  const time = clock(page)
  let used = Date.now()
  let kept = Infinity
  let told = 0
  let ticks = 0
  let asked = false
  let gone = false
  let shut = false
  let hiding = false

  tabs?.postMessage({ id: page.id, ...time.until() })
  tabs?.addEventListener('message', ({ data }) => {
    if (data.over || data.id !== page.id) return over()
    time.set(data)
    if (time.left() > warnAt) calm()
  })

  function calm () {
    asked = shut = false
    kept = Infinity
    if (dialog.open) dialog.close()
  }

  // The server knows best: another window may have used the session, or somebody ended
  // it. Without an answer nothing is known.
  async function ask () {
    try {
      const answer = await fetch(page.state, { headers: { Accept: 'application/json' }, cache: 'no-store' })
      return take(await answer.json())
    } catch { return undefined }
  }

  function take (state) {
    if (!state.in || state.id !== page.id) return false
    time.left(state)
    const note = document.getElementById('app-session-note')
    if (note && state.note) note.textContent = state.note
    return true
  }

  async function warn () {
    asked = true
    keepForms(document)
    await ask()
    if (gone || time.left() > warnAt) return calm()
    for (const el of dialog.querySelectorAll('[data-session-idle]')) el.hidden = time.last()
    part('longest').hidden = !time.last()
    if (dialog.open || shut) return
    say(time.left())
    dialog.showModal()
  }

  async function over () {
    if (gone) return
    gone = true
    document.documentElement.classList.add('app-blank')
    for (let tries = 0; tries < 3 && await ask() && time.left() > 0; tries++) {
      if (tries === 2) {
        gone = false
        document.documentElement.classList.remove('app-blank')
        return calm()
      }
      await new Promise((resolve) => setTimeout(resolve, 400))
    }
    await keepForms(document) // a device that slept, or the last seconds' words
    document.body.replaceChildren()
    window.location.replace(page.over)
  }

  async function check () {
    if (!gone && document.visibilityState === 'visible' && await ask() === false) over()
  }

  function tick () {
    if (gone) return
    if (++ticks % askEvery === 0) check()
    const left = time.left()
    if (left <= 0) return over()
    if (left > warnAt) return hide()
    if (!asked) warn()
    if (left <= keepAt && kept > keepAt) keepForms(document)
    kept = left
    if (dialog.open) say(left)
  }

  function say (left) {
    const words = document.createElement('bdi')
    words.textContent = spoken(document.documentElement.lang, left)
    const [before, after] = page.left.split('{left}')
    part('left').replaceChildren(before, words, after ?? '')
    const step = left > 20 ? Math.ceil(left / 15) * 15 : left
    if (step !== told) part('said').textContent = part('left').textContent
    told = step
  }

  // A page that nobody touched hides, even while another tab keeps the session.
  async function hide () {
    if (hiding || Date.now() - used < page.idle * 1000) return
    hiding = true
    document.documentElement.classList.add('app-blank')
    await keepForms(document)
    if (gone) return
    clearInterval(timer)
    document.documentElement.classList.remove('app-blank')
    document.title = page.title
    document.body.replaceChildren(instead(document, page))
    document.querySelector('h1').focus()
  }

  async function stay () {
    try {
      const form = part('stay')
      const answer = await fetch(form.getAttribute('action'), { method: 'POST', headers: { Accept: 'application/json' }, body: new URLSearchParams(new FormData(form)) })
      if (answer.ok && take(await answer.json())) {
        tabs?.postMessage({ id: page.id, ...time.until() })
        return calm()
      }
    } catch { /* the server cannot be reached: the time goes on */ return }
    over()
  }

  part('stay').addEventListener('submit', (event) => { event.preventDefault(); stay() })
  part('out').addEventListener('click', () => document.querySelector('form[action="/sign-out"]')?.requestSubmit())
  dialog.addEventListener('cancel', (event) => {
    if (time.last()) { shut = true; return }
    event.preventDefault()
    stay()
  })
  for (const form of document.querySelectorAll('form[action="/sign-out"]')) {
    form.addEventListener('submit', () => tabs?.postMessage({ id: page.id, over: true }))
  }
  for (const name of ['pointerdown', 'keydown', 'scroll', 'touchstart']) {
    document.addEventListener(name, () => { used = Date.now() }, { passive: true })
  }
  document.addEventListener('visibilitychange', () => { tick(); check() })
  const timer = setInterval(tick, 1000)
}

// clock keeps the two ends by this device's clock, which need not be right.
function clock ({ ends, longest }) {
  const at = (seconds) => Date.now() + Number(seconds) * 1000
  let idle = at(ends)
  let last = at(longest)
  return {
    left (state) {
      if (state) { idle = at(state.ends); last = at(state.longest) }
      return Math.ceil((Math.min(idle, last) - Date.now()) / 1000)
    },
    last: () => last - idle < 1000,
    until: () => ({ idle, last }),
    set (other) { idle = Math.max(idle, other.idle); last = Math.max(last, other.last) }
  }
}

// keepForms sends what is typed to be put by, not to be acted on. It is done when
// the server has answered, or does not in time.
function keepForms (document) {
  const sent = []
  for (const form of document.querySelectorAll('main form[method=post]')) {
    if (![...form.elements].some(filled)) continue
    sent.push(fetch(form.getAttribute('action'), { method: 'POST', headers: { 'X-Candour-Keep': '1' }, body: new URLSearchParams(new FormData(form)), keepalive: true }).catch(() => {}))
  }
  const late = new Promise((resolve) => setTimeout(resolve, sent.length ? 5000 : 0))
  return Promise.race([Promise.all(sent), late])
}

function filled (field) {
  if (!field.willValidate || field.tagName === 'BUTTON') return false
  return ['radio', 'checkbox'].includes(field.type) ? field.checked : field.value.trim() !== ''
}

function spoken (lang, seconds) {
  const unit = (n, unit) => new Intl.NumberFormat(lang, { style: 'unit', unit, unitDisplay: 'long' }).format(n)
  const minutes = Math.floor(seconds / 60)
  const rest = seconds % 60
  return [minutes ? unit(minutes, 'minute') : '', rest || !minutes ? unit(rest, 'second') : ''].join(' ').trim()
}

// instead is what a page says in place of what it showed.
export function instead (document, words) {
  const main = element(document, 'main', 'nhsuk-width-container nhsuk-main-wrapper')
  const heading = element(document, 'h1', '', words.heading)
  heading.tabIndex = -1
  const again = element(document, 'a', '', words.again)
  again.href = words.href
  const way = element(document, 'p', '')
  way.append(again)
  main.append(heading, element(document, 'p', '', words.text), way, element(document, 'p', '', words.out))
  return main
}

function element (document, name, className, text = '') {
  const made = document.createElement(name)
  made.className = className
  made.textContent = text
  return made
}
