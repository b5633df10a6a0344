// The high contrast sheet is made from the design system's own rules for forced
// colours: each is taken out of its media query and its system colours are given
// values. It is linked after the main sheet, so :root in front of every selector is
// all the weight it needs.
import postcss from 'postcss'

const colours = {
  canvas: '#000', canvastext: '#fff', linktext: '#ff0', visitedtext: '#ff0', activetext: '#ff0',
  buttonface: '#000', buttontext: '#ff0', buttonborder: '#ff0', field: '#000', fieldtext: '#fff',
  highlight: '#1aebff', highlighttext: '#000', graytext: '#ccc', mark: '#ff0', marktext: '#000'
}
const names = new RegExp(`\\b(${Object.keys(colours).join('|')})\\b`, 'gi')

function heavier (selector) {
  if (/^(html|:root|\.nhsuk-template)\b/.test(selector)) return selector.replace(/^(html|:root|\.nhsuk-template)/, ':root:root')
  return `:root ${selector}`
}

export function contrastCSS (library) {
  const out = postcss.root()
  postcss.parse(library).walkAtRules('media', (media) => {
    if (!/forced-colors:\s*active/.test(media.params)) return
    const inner = media.clone()
    inner.walkDecls((decl) => {
      if (decl.prop === 'forced-color-adjust') decl.remove()
      else decl.value = decl.value.replace(names, (name) => colours[name.toLowerCase()])
    })
    inner.walkRules((rule) => {
      if (rule.nodes.length === 0) rule.remove()
      else rule.selectors = rule.selectors.map(heavier)
    })
    let rules = inner.nodes
    // What else the query asks for stays, without the alternative of an old browser.
    const rest = media.params.split(',').filter((part) => part.includes('forced-colors'))
      .map((part) => part.replace(/\(\s*forced-colors:\s*active\s*\)/, '').trim().replace(/^and\s+|\s+and$/g, '').trim()).join(', ')
    if (rest && rest !== 'screen') rules = [postcss.atRule({ name: 'media', params: rest, nodes: inner.nodes })]
    let parent = media.parent
    while (parent && parent.type === 'atrule') {
      rules = [postcss.atRule({ name: parent.name, params: parent.params, nodes: rules })]
      parent = parent.parent
    }
    out.append(rules)
  })
  return out.toString()
}
