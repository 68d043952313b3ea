/* Runs inside the page: what is cut off, too small or too wide. Answers {blemishes, texts}. */
(norm) => {
  const blemishes = []
  const say = (what, element) => {
    const words = (element.innerText || element.getAttribute('aria-label') || element.tagName).trim()
    blemishes.push(`${what}: <${element.tagName.toLowerCase()} class="${element.className}"> ${words.slice(0, 60)}`)
  }
  const onlyHeard = (element) => element.closest('.visually-hidden, [aria-hidden="true"], .skip') !== null
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !onlyHeard(element)
  const dialog = [...document.querySelectorAll('dialog[open], .el-overlay, .lightbox')].pop()
  const top = dialog ?? document.body
  const scrollsSideways = (element) => {
    for (let up = element; up; up = up.parentElement) {
      if (/auto|scroll/.test(getComputedStyle(up).overflowX) && up.scrollWidth > up.clientWidth) return true
    }
    return false
  }

  const root = document.documentElement
  if (root.scrollWidth > root.clientWidth) blemishes.push(`page scrolls sideways by ${root.scrollWidth - root.clientWidth}`)
  for (const scroller of document.querySelectorAll('.shell-scroll, main, dialog[open]')) {
    if (scroller.scrollWidth > scroller.clientWidth + 1) say('scrolls sideways', scroller)
  }

  const texts = []
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const holders = new Set()
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const holder = node.parentElement
    if (!node.data.trim() || /^(script|style|noscript|option)$/i.test(holder.tagName)) continue
    if (!holder.checkVisibility({ visibilityProperty: true }) || holder.closest('.maplibregl-map')) continue
    if (!holder.closest('[lang="zh-CN"]:not(html)')) texts.push(node.data.trim())
    if (!seen(holder)) continue
    holders.add(holder)
    const range = document.createRange()
    range.selectNodeContents(node)
    const box = range.getBoundingClientRect()
    if ((box.right > innerWidth + 1 || box.left < -1) && !scrollsSideways(holder)) say('cut at the edge', holder)
  }
  for (const element of document.querySelectorAll('[aria-label], [placeholder], [alt], [title]')) {
    if (!seen(element) || element.closest('[lang="zh-CN"]:not(html)')) continue
    for (const name of ['aria-label', 'placeholder', 'alt', 'title']) {
      const text = element.getAttribute(name)
      if (text) texts.push(text)
    }
  }

  for (const holder of holders) {
    const style = getComputedStyle(holder)
    if (parseFloat(style.fontSize) < norm.text - 0.1) say(`text of ${style.fontSize}`, holder)
    if (style.display.startsWith('inline') && style.display === 'inline') continue
    const clips = /hidden|clip/.test(style.overflowX + style.overflowY)
    const ends = style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none'
    if (ends && norm.dense) continue
    if (holder.scrollWidth > holder.clientWidth + 1 && holder.clientWidth > 0 && !/auto|scroll/.test(style.overflowX)) {
      say('text wider than its box', holder)
    } else if (clips && holder.scrollHeight > holder.clientHeight + 2) {
      say('text higher than its box', holder)
    }
  }

  const pen = document.createElement('canvas').getContext('2d')
  for (const input of document.querySelectorAll('input[placeholder]')) {
    if (!seen(input) || input.value || input.closest('.el-select, .el-date-editor')) continue
    const style = getComputedStyle(input)
    pen.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`
    // A search field keeps room for the button that empties it.
    const button = input.type === 'search' ? parseFloat(style.fontSize) : 0
    const room = input.clientWidth - button - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
    if (pen.measureText(input.placeholder).width > room + 1) say(`placeholder cut: ${input.placeholder}`, input)
  }

  // The words of a button may spill over its border from an inner element.
  for (const button of top.querySelectorAll('button, .app-button, .state-pill')) {
    if (!seen(button) || button.clientWidth === 0) continue
    const range = document.createRange()
    range.selectNodeContents(button)
    const [inside, around] = [range.getBoundingClientRect(), button.getBoundingClientRect()]
    if (!norm.dense && (inside.right > around.right + 1 || inside.left < around.left - 1 || inside.bottom > around.bottom + 1)) {
      say('words spill over', button)
    }
  }

  const controls = 'a[href], button, input:not([type="hidden"]), select, textarea, summary, [role="button"], [role="tab"]'
  for (const control of top.querySelectorAll(controls)) {
    if (!seen(control) || control.disabled || control.closest('.maplibregl-ctrl-attrib')) continue
    if (control.closest('.el-select, .el-date-editor')) continue
    // A link within a sentence is as high as its line (WCAG 2.5.8).
    if (norm.dense && control.matches('a') && getComputedStyle(control).display === 'inline') continue
    const touched = control.closest('label') ?? control
    const { width, height } = touched.getBoundingClientRect()
    if (width === 0 || height === 0) continue
    const main = control.matches('.app-button.primary')
    if (width < norm.target - 0.5 || height < norm.target - 0.5) {
      say(`target ${Math.round(width)}×${Math.round(height)}`, control)
    } else if (main && height < norm.mainTarget - 0.5) {
      say(`main target only ${Math.round(height)} high`, control)
    }
  }
  return { blemishes, texts }
}
