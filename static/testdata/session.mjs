// Runs session.js in a page made of air, with time that the steps move, and tells
// what it did in order.
import { watchSession } from '../src/session.js'

const real = globalThis.setTimeout

async function run (name, steps) {
  let now = 1e12
  Date.now = () => now
  const did = []
  let tick
  let ends = 900
  const el = () => ({ addEventListener () {}, replaceChildren () {}, style: {}, append () {}, focus () {}, hidden: false })
  const dialog = {
    dataset: { ends: '900', longest: '43200', idle: '900', id: 'x', state: '/state', over: '/over', left: 'a{left}b' },
    querySelector: el,
    querySelectorAll: () => [],
    addEventListener () {},
    open: false,
    showModal () { this.open = true },
    close () { this.open = false }
  }
  const form = { getAttribute: () => '/reason', elements: [{ willValidate: true, tagName: 'TEXTAREA', type: 'textarea', value: 'words' }] }
  const page = {
    getElementById: (id) => id === 'app-session' ? dialog : null,
    querySelectorAll: (q) => q.startsWith('main form') ? [form] : [],
    querySelector: el,
    addEventListener () {},
    createElement: el,
    body: { replaceChildren: () => did.push('cleared') },
    documentElement: { lang: 'en', classList: { add () {}, remove () {} } },
    visibilityState: 'visible'
  }
  globalThis.window = { location: { replace: () => did.push('left') } }
  globalThis.FormData = class {}
  globalThis.URLSearchParams = class {}
  globalThis.setTimeout = (f) => real(f, 60000).unref()
  globalThis.setInterval = (f) => { tick = f; return 1 }
  globalThis.clearInterval = () => {}
  globalThis.fetch = async (url, options) => {
    if (options?.method === 'POST') {
      await new Promise((resolve) => setImmediate(resolve))
      did.push('kept')
    }
    return { ok: true, json: async () => ends > 0 ? { in: true, id: 'x', ends, longest: 40000 } : { in: false } }
  }
  watchSession(page)
  await steps(async (seconds, server) => {
    now += seconds * 1000
    ends = server
    tick()
    for (let i = 0; i < 20; i++) await new Promise((resolve) => setImmediate(resolve))
  })
  console.log(`${name}: ${did.join(' ')}`)
}

await run('asleep', async (go) => { await go(1, 899); await go(960, 0) })
await run('untouched', async (go) => { for (let i = 0; i < 16 * 60; i++) await go(1, 850) })
process.exit(0)
