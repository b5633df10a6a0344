// Hides a signed-in page that nobody has used for a while (shared computers on
// wards and in waiting rooms). Nothing is fetched: looking again is a deliberate
// act, because it is a new access in the log.
export function watchIdle (document) {
  const seconds = Number(document.body.dataset.idle)
  const notice = document.getElementById('app-idle')
  if (!seconds || !notice) return
  const words = { ...notice.dataset }
  let last = Date.now()
  const seen = () => { last = Date.now() }
  for (const name of ['pointerdown', 'keydown', 'scroll', 'touchstart']) {
    document.addEventListener(name, seen, { passive: true })
  }
  const look = () => {
    if (Date.now() - last < seconds * 1000) return
    clearInterval(timer)
    document.title = words.title
    document.body.replaceChildren(hidden(document, words))
    document.querySelector('h1').focus()
  }
  const timer = setInterval(look, 5000)
  document.addEventListener('visibilitychange', look)
}

function hidden (document, words) {
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
