// Says that scripts run, before the page is drawn; without it every page is whole.
document.documentElement.classList.add('app-js')
document.addEventListener('DOMContentLoaded', () => document.body.classList.add('nhsuk-frontend-supported'))
