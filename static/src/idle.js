// Hides a signed-in page that nobody has used for a while (shared computers on
// wards and in waiting rooms). Nothing is fetched: looking again is a deliberate
// act, because it is a new access in the log.
export function watchIdle (document) {
  const seconds = Number(document.body.dataset.idle)
  const notice = document.getElementById('app-idle')
  if (!seconds || !notice) return
  let last = Date.now()
  const seen = () => { last = Date.now() }
  for (const name of ['pointerdown', 'keydown', 'scroll', 'touchstart']) {
    document.addEventListener(name, seen, { passive: true })
  }
  const look = () => {
    if (Date.now() - last < seconds * 1000) return
    clearInterval(timer)
    document.body.replaceChildren(notice.content.cloneNode(true))
    document.title = notice.dataset.title
    document.body.querySelector('h1')?.focus()
  }
  const timer = setInterval(look, 5000)
  document.addEventListener('visibilitychange', look)
}
