// The design system's ready-made style sheet, without what must not leave the
// house: its web font is fetched from another host and licensed to NHS bodies only.
import { readFile } from 'node:fs/promises'
import postcss from 'postcss'

const fonts = '"Frutiger W01", Arial, "Noto Sans", sans-serif'

export async function libraryCSS (path, urls) {
  const root = postcss.parse(await readFile(path, 'utf8'))
  root.walkComments((comment) => comment.remove())
  root.walkAtRules('font-face', (rule) => rule.remove())
  // Our own print sheet decides what goes on paper: the library prints link addresses.
  root.walkAtRules('media', (rule) => { if (rule.params.trim() === 'print') rule.remove() })
  root.walkDecls((decl) => {
    if (decl.prop === 'font-family' && decl.value.includes('Frutiger')) decl.value = fonts
    decl.value = decl.value.replace(/url\("([^"]+)"\)/g, (whole, url) => {
      if (url.startsWith('data:')) return whole
      if (!urls[url]) throw new Error(`style sheet asks for ${url}, which is not shipped`)
      return `url("${urls[url]}")`
    })
  })
  const css = root.toString()
  if (/https?:\/\/(?!www\.w3\.org)/.test(css)) throw new Error('style sheet names another host')
  if (!/html\s*\{[^}]*font-family:/.test(css)) throw new Error('style sheet sets no font family')
  return css
}
