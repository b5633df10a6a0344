// Runs standing.js in a page made of air, with answers that come, fail or never come,
// and tells what it did in order.
import { watchStanding } from '../src/standing.js'

async function run (name, answers) {
  const did = []
  let next
  const el = () => ({ append () {}, focus () {}, set textContent (text) { did.push(text) } })
  const page = {
    querySelector: (q) => q === '[data-standing]' ? { dataset: { standing: '/s', heading: 'closed', lostHeading: 'lost' } } : el(),
    addEventListener () {},
    createElement: el,
    body: { replaceChildren: () => did.push('cleared') },
    documentElement: { classList: { add () {}, remove () {} } },
    visibilityState: 'visible'
  }
  globalThis.window = { location: { pathname: '/patients/x' } }
  globalThis.setTimeout = (f) => { next = f; return 1 }
  globalThis.clearTimeout = () => { next = undefined }
  AbortSignal.timeout = (ms) => {
    if (ms > 2500) did.push('too patient')
    return { over: true }
  }
  globalThis.fetch = async (url, { signal }) => {
    const answer = answers.shift()
    if (answer === 'never' && signal?.over) throw new Error('TimeoutError')
    if (answer === 'never') return new Promise(() => {})
    if (answer === 'gone') throw new TypeError('network')
    return { status: answer, ok: answer < 300 }
  }
  watchStanding(page)
  while (answers.length && next) {
    const ask = next
    next = undefined
    ask()
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
  }
  const said = did.filter((d) => ['cleared', 'closed', 'lost', 'too patient'].includes(d))
  console.log(`${name}: ${said.join(' ') || 'shown'}${answers.length ? `, ${answers.length} left` : ''}`)
}

await run('two failures', [204, 'never', 'gone', 204, 503, 'never', 204])
await run('three failures', [204, 'never', 503, 'gone', 204])
await run('hangs once, then closed', ['never', 410])
await run('in a hurry', [429, 429, 429, 429])
process.exit(0)
