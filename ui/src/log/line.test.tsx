import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, test } from 'vitest';
import { LogLine, type LogLineProps } from './line';
import { Painter } from './paint';

afterEach(cleanup);

const props: LogLineProps = {
  index: 0,
  raw: '',
  time: '12:00:00.000',
  level: 0,
  stream: 0,
  name: '',
  nameColor: 0,
  nameWidth: 0,
  timeWidth: 13,
  rows: 1,
  wrapColumns: 0,
  json: false,
  active: false,
  current: false,
  marksStreams: true,
  pattern: null,
  painter: new Painter([7, 9, 14]),
};
const text = (node: Element) => {
  const copy = node.cloneNode(true) as Element;
  for (const column of copy.querySelectorAll('.select-none')) column.remove();
  return copy.textContent;
};

test.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)><a href="javascript:alert(1)">x</a>',
  '{"msg":"<script>alert(1)</script>","html":"<img src=x>"}',
  'see javascript:alert(1) and data:text/html,<b>x</b>',
])('%s stays text and makes no element', (raw) => {
  for (const json of [false, true]) {
    const { container } = render(<LogLine {...props} raw={raw} json={json} />);
    expect(container.querySelector('script, img, a, b, iframe')).toBeNull();
    if (!json) expect(text(container)).toBe(raw);
    cleanup();
  }
});

test('only http and https become links, without a way back to this page', () => {
  const { container } = render(
    <LogLine {...props} raw="at https://example.org/x?a=1. and ftp://example.org" />,
  );
  const links = [...container.querySelectorAll('a')];
  expect(links.map((link) => link.getAttribute('href'))).toEqual(['https://example.org/x?a=1']);
  expect(links[0]?.rel).toContain('noopener');
});

test('matches are marked across colours, and wrapped rows keep the text', () => {
  const raw = 'some \u001b[31mre\u001b[0md words that are long enough to wrap';
  const { container } = render(
    <LogLine {...props} raw={raw} pattern={/red/gi} wrapColumns={20} rows={3} />,
  );
  const marked = [...container.querySelectorAll('mark')].map((mark) => mark.textContent).join('');
  expect(marked).toBe('red');
  expect(text(container)).toBe('some red words that are long enough to wrap');
  expect(container.querySelectorAll('br').length).toBe(2);
});

test('the rest of an enormous line is told, not drawn', () => {
  const { container } = render(<LogLine {...props} raw={'x'.repeat(1_000_000)} />);
  expect(text(container)?.length).toBe(10_000);
  expect(container.textContent).toContain('more characters');
});
