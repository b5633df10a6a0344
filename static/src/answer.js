// Two buttons of an answer that need scripts, and are hidden without them: print it,
// and copy the link to it.
export function answerButtons (scope) {
  for (const button of scope.querySelectorAll('button[data-print]')) {
    if (button.hidden) button.addEventListener('click', () => window.print())
    button.hidden = false
  }
  if (!navigator.clipboard) return
  for (const button of scope.querySelectorAll('button[data-copy]')) {
    if (button.hidden) button.addEventListener('click', () => copy(button))
    button.hidden = false
  }
}

async function copy (button) {
  try {
    await navigator.clipboard.writeText(new URL(button.dataset.copy, window.location.href).href)
  } catch {
    return // the browser does not allow it: the link beside the button can be copied by hand
  }
  const told = button.parentElement.querySelector('[data-told]')
  if (told) told.textContent = button.dataset.copied
}
