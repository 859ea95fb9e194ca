// Elements from data. Whatever comes from the network becomes a text node or an attribute value, never markup.

const SVG = 'http://www.w3.org/2000/svg';

/// An element: `h('a.row', { href, onclick }, 'text', child, [more])`. Null and false children are left out.
export function h(name, properties, ...children) {
  const [tag, ...classes] = name.split('.');
  return fill(document.createElement(tag), classes, properties, children);
}

/// The same for SVG.
export function s(name, properties, ...children) {
  const [tag, ...classes] = name.split('.');
  return fill(document.createElementNS(SVG, tag), classes, properties, children);
}

function fill(element, classes, properties, children) {
  if (classes.length) element.setAttribute('class', classes.join(' '));
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (key.startsWith('on')) element[key] = value;
    else if (key === 'class') element.setAttribute('class', [...classes, value].join(' '));
    // Style attributes are forbidden by the content security policy; setting single properties is not.
    else if (key === 'style') for (const [name, text] of Object.entries(value)) element.style.setProperty(name, text);
    else element.setAttribute(key, value === true ? '' : value);
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (Array.isArray(child)) append(element, child);
    else element.append(child instanceof Node ? child : String(child));
  }
}

const HANDLERS = ['onclick', 'onkeydown', 'oninput', 'onchange', 'onsubmit', 'ontoggle'];

/// Makes the children of `target` like `children` while keeping every node that stays, and with it focus, selection and scrolling.
export function render(target, ...children) {
  const wanted = document.createDocumentFragment();
  append(wanted, children);
  mergeChildren(target, wanted);
}

function mergeChildren(old, wanted) {
  const keyed = new Map();
  for (const child of old.childNodes) if (child.dataset?.key) keyed.set(child.dataset.key, child);
  let place = old.firstChild;
  for (const child of [...wanted.childNodes]) {
    const key = child.dataset?.key;
    let match = key ? keyed.get(key) : place;
    if (match && !key && match.dataset?.key) match = null;
    if (match && isAlike(match, child)) {
      if (match === place) place = place.nextSibling;
      else old.insertBefore(match, place);
      merge(match, child);
    } else {
      old.insertBefore(child, place);
    }
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

const isAlike = (a, b) => a.nodeName === b.nodeName && a.nodeType === b.nodeType;

function merge(old, wanted) {
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.nodeValue !== wanted.nodeValue) old.nodeValue = wanted.nodeValue;
    return;
  }
  for (const { name } of [...old.attributes]) {
    if (name !== 'style' && name !== 'open' && !wanted.hasAttribute(name)) old.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (name !== 'style' && name !== 'open' && old.getAttribute(name) !== value) old.setAttribute(name, value);
  }
  if (old.style.cssText !== wanted.style.cssText) old.style.cssText = wanted.style.cssText;
  for (const handler of HANDLERS) if (old[handler] !== wanted[handler]) old[handler] = wanted[handler];
  // What has `data-own` is filled by its maker.
  if ('own' in old.dataset) return;
  mergeChildren(old, wanted);
}
