// "Leave this page quickly": the page behind is taken out of the history of the
// tab, so that Back does not show it to whoever is watching.
export function quickExit (document) {
  for (const link of document.querySelectorAll('a[data-exit]')) {
    link.addEventListener('click', (event) => {
      event.preventDefault()
      document.body.replaceChildren()
      window.location.replace(link.href)
    })
  }
}
