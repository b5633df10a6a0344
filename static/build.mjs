// Makes static/dist from pinned packages: style sheets (left to right, right to
// left, high contrast, print), scripts and icons, each under a name that holds the
// hash of its content, packed with gzip and with brotli, and a manifest.
import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build, transform } from 'esbuild'
import rtlcss from 'rtlcss'
import { libraryCSS } from './tools/library.mjs'
import { contrastCSS } from './tools/contrast.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const dist = join(here, 'dist')
const library = join(here, 'node_modules', 'nhsuk-frontend', 'dist', 'nhsuk')
const manifest = {}

const icons = ['nhsuk-icon-arrow-down.svg', 'nhsuk-icon-arrow-up-down.svg', 'nhsuk-icon-arrow-up.svg', 'nhsuk-icon-cross.svg']

async function emit (name, content) {
  const body = Buffer.from(content)
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 12)
  const ext = extname(name)
  const hashed = `${name.slice(0, -ext.length)}.${hash}${ext}`
  manifest[name] = hashed
  // Not the plain file: the program unpacks the twin when it starts, and is the smaller for it.
  await writeFile(join(dist, `${hashed}.gz`), gzipSync(body, { level: 9 }))
  await writeFile(join(dist, `${hashed}.br`), brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
  return hashed
}

async function minify (css) {
  return (await transform(css, { loader: 'css', minify: true, legalComments: 'none', target: 'safari15' })).code
}

async function ownCSS (folder) {
  const names = (await readdir(join(here, folder))).filter((name) => name.endsWith('.css')).sort()
  const parts = await Promise.all(names.map((name) => readFile(join(here, folder, name), 'utf8')))
  return parts.join('\n')
}

async function script (name, entry) {
  const result = await build({
    entryPoints: [join(here, entry)],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    legalComments: 'none'
  })
  await emit(name, result.outputFiles[0].text)
}

// sources is the fingerprint of everything that dist is made from; a test compares it.
async function sources () {
  const hash = createHash('sha256')
  for (const folder of ['src', 'src/css', 'tools', '.']) {
    const names = (await readdir(join(here, folder), { withFileTypes: true }))
      .filter((e) => e.isFile() && (folder !== '.' || ['build.mjs', 'package-lock.json'].includes(e.name))).map((e) => e.name).sort()
    for (const name of names) hash.update(`${folder}/${name}\n`).update(await readFile(join(here, folder, name)))
  }
  return hash.digest('hex')
}

async function clear () {
  await mkdir(dist, { recursive: true })
  for (const name of await readdir(dist)) {
    if (name !== '.gitkeep') await rm(join(dist, name), { recursive: true })
  }
}

await clear()
const urls = {}
for (const icon of icons) {
  const hashed = await emit(icon, await readFile(join(library, 'assets', 'images', icon)))
  urls[`/assets/images/${icon}`] = `/static/${hashed}`
}
await emit('favicon.svg', await readFile(join(here, 'src', 'favicon.svg')))

const base = await libraryCSS(join(library, 'nhsuk-frontend.css'), urls)
const sheet = base + '\n' + await ownCSS('src/css')
await emit('app.css', await minify(sheet))
await emit('app.rtl.css', await minify(rtlcss.process(sheet) + '\n' + await readFile(join(here, 'src', 'rtl.css'), 'utf8')))
await emit('contrast.css', await minify(contrastCSS(base) + '\n' + await readFile(join(here, 'src', 'contrast.css'), 'utf8')))
await emit('print.css', await minify(await readFile(join(here, 'src', 'print.css'), 'utf8')))
await script('supported.js', 'src/supported.js')
await script('app.js', 'src/app.js')
await script('forms.js', 'src/forms.js')
await writeFile(join(dist, 'sources.txt'), await sources())
await writeFile(join(dist, 'manifest.json'), JSON.stringify(manifest, Object.keys(manifest).sort(), 2) + '\n')
console.log(`static/dist: ${Object.keys(manifest).length} files`)
