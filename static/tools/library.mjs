// The design system's ready-made style sheet, without what must not leave the
// house: its web font is fetched from another host and licensed to NHS bodies only.
import { readFile } from 'node:fs/promises'
import postcss from 'postcss'

const fonts = '"Frutiger W01", Arial, "Noto Sans", sans-serif'

// Pieces of the design system that no page is made of (the same list as in
// views/component/nhsuk): nobody needs to load how they look.
const unused = /\.nhsuk-(hero|images?|code|password-input|tabs)(?![a-z])/

export async function libraryCSS (path, urls) {
  const root = postcss.parse(await readFile(path, 'utf8'))
  root.walkComments((comment) => comment.remove())
  root.walkAtRules('font-face', (rule) => rule.remove())
  root.walkRules((rule) => {
    const used = rule.selectors.filter((selector) => !unused.test(selector))
    if (used.length === 0) rule.remove()
    else if (used.length < rule.selectors.length) rule.selectors = used
  })
  root.walkAtRules((rule) => { if (rule.nodes?.length === 0) rule.remove() })
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
