// @ts-check
/** Pieces of the page: a template's copy, and the element of a name inside it. A name that is missing is a bug. */

/**
 * @param {string} templateId
 * @returns {HTMLElement}
 */
export function copyOf(templateId) {
  const content = byId(templateId, HTMLTemplateElement).content.firstElementChild?.cloneNode(true);
  if (!(content instanceof HTMLElement)) throw new Error(`#${templateId} is empty. This is a bug.`);
  return content;
}

/**
 * @template {Element} T
 * @param {string} id
 * @param {{new (): T}} kind
 * @returns {T}
 */
export function byId(id, kind) {
  const element = document.getElementById(id);
  if (!(element instanceof kind)) throw new Error(`Expected #${id} to be a ${kind.name}. This is a bug.`);
  return element;
}

/**
 * The element marked `data-part="name"` inside `root`.
 * @template {Element} T
 * @param {Element} root
 * @param {string} name
 * @param {{new (): T}} kind
 * @returns {T}
 */
export function part(root, name, kind) {
  const element = root.querySelector(`[data-part="${name}"]`);
  if (!(element instanceof kind)) throw new Error(`Expected part "${name}" to be a ${kind.name}. This is a bug.`);
  return element;
}
