import {
  Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, Scroll, SkipLink, createAll
} from 'nhsuk-frontend'
import htmx from 'htmx.org/dist/htmx.esm.js'
import { watchSession } from './session.js'
import { watchStanding } from './standing.js'
import { quickExit } from './exit.js'
import { answerButtons } from './answer.js'

window.htmx = htmx

const components = [Button, Checkboxes, ErrorSummary, NotificationBanner, Radios, Scroll, SkipLink]

function start (scope) {
  for (const component of components) createAll(component, {}, scope)
  answerButtons(scope)
  plainRadios(scope)
}

// The library says of a radio that it is expanded, which a radio cannot be.
function plainRadios (scope) {
  for (const radio of scope.querySelectorAll('input[type="radio"][aria-expanded]')) radio.removeAttribute('aria-expanded')
}

function ready () {
  document.body.classList.add('nhsuk-frontend-supported')
  start(document)
  for (const [where, when] of [[document, 'change'], [window, 'pageshow']]) where.addEventListener(when, () => plainRadios(document))
  watchSession(document)
  watchStanding(document)
  quickExit(document)
}

// A page of a signed-in person must not come back out of the browser's memory
// after signing out: ask the server again.
window.addEventListener('pageshow', (event) => {
  if (event.persisted && document.body.dataset.private === 'true') window.location.reload()
})

document.addEventListener('htmx:after:swap', (event) => {
  const scope = event.detail?.ctx?.target ?? event.target
  start(scope instanceof Element ? scope : document)
})

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', ready)
else ready()
