/** Calls back when the width of an element has changed, its first one included. */
export function onResize(element: Element, draw: () => void): void {
  let width = -1;
  new ResizeObserver(() => {
    if (element.clientWidth === width) return;
    width = element.clientWidth;
    draw();
  }).observe(element);
}
