/** [C28] Whatever stands in a note or a name is shown as text: nothing of it becomes part of the page or runs. */
import { expect, test } from 'vitest';
import { pages, visit } from './pages.testing.ts';
import { openWindow, useBrowser } from './window.testing.ts';

useBrowser();

const shapes: readonly ((act: string) => string)[] = [
  (act) => `<script>${act}</script>`,
  (act) => `<img src=x onerror="${act}">`,
  (act) => `"><svg onload=${act}>`,
  (act) => `'-${act}-'`,
  (act) => `</textarea><script>${act}</script>`,
  (act) => `<iframe srcdoc="<script>parent.${act}</script>">`,
  (act) => `<a href="javascript:${act}">link</a>`,
  (act) => `javascript:${act}`,
  (act) => `{@html "<b>${act}</b>"}`,
  (act) => `\${${act}}`,
  (act) => `{{constructor.constructor('${act}')()}}`,
  (act) => `<style>*{background:url(//x.test/${act})}</style>`,
  (act) => `<math><mi xlink:href="data:x,<script>${act}</script>">`,
  (act) => `<details open ontoggle=${act}>`,
  (act) => `<input autofocus onfocus=${act}>`,
  (act) => `<base href="//x.test/"><a href="${act}">`,
  (act) => `<meta http-equiv="refresh" content="0;url=javascript:${act}">`,
  (act) => `<object data="data:text/html,<script>${act}</script>">`,
  (act) => `&lt;script&gt;${act}&lt;/script&gt;`,
  (act) => `<template><script>${act}</script></template><x id=marker-element>`,
];
const acts = ['marked()', 'window.marked()', 'alert(1)', 'document.title="marked"', 'fetch("//x.test")'];
const texts = shapes.flatMap((shape) => acts.map(shape));

test('a hundred texts that would like to be code stay text on every page', async () => {
  await using window = await openWindow();
  const { page } = window;
  const id = async (name: string, input: unknown): Promise<string> =>
    ((await window.call(name, input)) as { readonly value: { readonly id: string } }).value.id;
  for (const [at, text] of texts.entries()) {
    const name = `${String(at)} ${text}`;
    const group = await id('create_activity_group', { name: name.slice(0, 100), description: text });
    const activity = await id('create_activity', { group_id: group, name: name.slice(0, 50) });
    await window.call('log_mood', { mood_rating: (at % 7) + 1, activity_ids: [activity], notes: text });
    await window.call('log_activity', { activity_id: activity, notes: text });
  }
  await window.call('submit_assessment', {
    instrument: 'GAD7',
    responses: Array(7).fill(1),
    notes: texts[0],
  });
  await window.call('delete_mood_checkin', {
    id: await id('log_mood', { mood_rating: 3, notes: texts.slice(0, 20).join('\n') }),
  });
  const dialogs: string[] = [];
  page.on('dialog', (dialog) => {
    dialogs.push(dialog.message());
    void dialog.dismiss();
  });
  const asked: string[] = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(new URL(page.url()).origin)) asked.push(request.url());
  });
  for (const toVisit of pages.filter(({ name }) => !name.startsWith('question'))) {
    await visit(window, toVisit);
    const intruders = await page.evaluate(
      () =>
        document.querySelectorAll(
          '#marker-element, #app script:not([src]), iframe, object, base, details[ontoggle], [onerror], [onload], [onfocus], a[href^="javascript:"], math',
        ).length,
    );
    expect([toVisit.name, intruders, await page.title()]).toEqual([
      toVisit.name,
      0,
      expect.not.stringMatching(/^marked/),
    ]);
  }
  expect(dialogs).toEqual([]);
  expect(asked.filter((url) => !url.startsWith('blob:') && !url.startsWith('data:'))).toEqual([]);
}, 180_000);
