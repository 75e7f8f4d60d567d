/** Charts as one PNG picture: their heading, and their SVGs one below the other as they stand on the page. */
const SCALE = 2;
const MARGIN = 24;
const HEAD = 36;
const STYLES = [
  'fill',
  'fill-opacity',
  'stroke',
  'stroke-width',
  'stroke-dasharray',
  'stroke-linecap',
  'stroke-linejoin',
  'opacity',
];

/** An SVG as a picture, without its words: those are drawn with the fonts of the page, which no picture can ask for. */
const wordless = async (chart: SVGSVGElement): Promise<HTMLImageElement> => {
  const { width, height } = chart.getBoundingClientRect();
  const copy = chart.cloneNode(true) as SVGSVGElement;
  const originals = chart.querySelectorAll('*');
  // Classes and variables mean nothing outside of the page: each element takes its looks along.
  for (const [index, element] of [...copy.querySelectorAll<SVGElement>('*')].entries()) {
    const original = originals[index];
    if (original === undefined) continue;
    const looks = getComputedStyle(original);
    element.removeAttribute('style');
    for (const style of STYLES) element.setAttribute(style, looks.getPropertyValue(style));
  }
  for (const text of copy.querySelectorAll('text')) text.remove();
  copy.removeAttribute('style');
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('width', String(width));
  copy.setAttribute('height', String(height));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(new XMLSerializer().serializeToString(copy))}`;
  await image.decode();
  return image;
};

const drawWords = (
  context: CanvasRenderingContext2D,
  chart: SVGSVGElement,
  left: number,
  top: number,
): void => {
  const frame = chart.getBoundingClientRect();
  for (const element of chart.querySelectorAll('text, tspan')) {
    const words = element.childElementCount === 0 ? element.textContent.trim() : '';
    if (words === '') continue;
    const { font, fill } = getComputedStyle(element);
    const box = element.getBoundingClientRect();
    context.font = font;
    context.fillStyle = fill;
    const ascent = context.measureText(words).fontBoundingBoxAscent;
    context.fillText(words, left + box.left - frame.left, top + box.top - frame.top + ascent);
  }
};

/** Twice as large as on the page, on the colour of the sheet. Rejects where the browser can't draw it. */
export const pictureOf = async (charts: readonly SVGSVGElement[], heading: HTMLElement): Promise<Blob> => {
  const boxes = charts.map((chart) => chart.getBoundingClientRect());
  const canvas = document.createElement('canvas');
  const width = Math.max(...boxes.map((box) => box.width)) + 2 * MARGIN;
  const height = boxes.reduce((sum, box) => sum + box.height + MARGIN, HEAD + MARGIN);
  canvas.width = Math.round(width * SCALE);
  canvas.height = Math.round(height * SCALE);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('This browser draws no pictures.');
  const sheet = getComputedStyle(document.documentElement).getPropertyValue('--sheet');
  context.fillStyle = sheet;
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.scale(SCALE, SCALE);
  const { font, color } = getComputedStyle(heading);
  context.font = font;
  context.fillStyle = color;
  context.fillText(heading.textContent, MARGIN, MARGIN + 16, width - 2 * MARGIN);
  let top = MARGIN + HEAD;
  for (const [index, chart] of charts.entries()) {
    const box = boxes[index];
    if (box === undefined) continue;
    context.drawImage(await wordless(chart), MARGIN, top, box.width, box.height);
    drawWords(context, chart, MARGIN, top);
    top += box.height + MARGIN;
  }
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null) reject(new Error('This browser made no picture.'));
      else resolve(blob);
    }, 'image/png');
  });
};
