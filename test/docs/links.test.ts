/** Every link in the documentation to a place in this repository: the file and the heading must exist. */
import { existsSync, readFileSync, readdirSync } from 'fs';
import { dirname, join } from 'path';

const ROOT = join(__dirname, '..', '..');
const PAGES = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(ROOT, 'docs')).filter((file) => file.endsWith('.md')).map((file) => `docs/${file}`)];

/** A page without its code blocks, which contain no links or headings. */
function proseOf(page: string): string {
  return readFileSync(join(ROOT, page), 'utf-8').replace(/^ *```.*?^ *```$/gms, '');
}

function linksIn(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link).filter((link) => !/^[a-z]+:/.test(link));
}

/** The anchors that GitHub generates for the headings of a page. Duplicates are numbered. */
function anchorsIn(markdown: string): string[] {
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase().replace(/[^\p{L}\p{N} _-]/gu, '').replaceAll(' ', '-'));
  return headings.map((anchor, index) => {
    const before = headings.slice(0, index).filter((other) => other === anchor).length;
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** What is wrong with a link, if anything. */
function problemOf(page: string, link: string): string | undefined {
  const [path, anchor] = link.split('#');
  const target = path === '' ? page : join(dirname(page), path);
  if (!existsSync(join(ROOT, target))) { return `${link}: there is no ${target}`; }
  if (anchor === undefined || !target.endsWith('.md')) { return undefined; }
  return anchorsIn(proseOf(target)).includes(anchor) ? undefined : `${link}: ${target} has no such heading`;
}

test.each(PAGES)('the links of %s are valid', (page) => {
  expect(linksIn(proseOf(page)).map((link) => problemOf(page, link)).filter((problem) => problem !== undefined)).toEqual([]);
});

test('every page can be reached from the README', () => {
  const reached = new Set<string>();
  const follow = (page: string) => {
    if (reached.has(page)) { return; }
    reached.add(page);
    linksIn(proseOf(page)).map((link) => join(dirname(page), link.split('#')[0])).filter((target) => PAGES.includes(target)).forEach(follow);
  };
  follow('README.md');
  expect([...reached].sort()).toEqual([...PAGES].sort());
});

test('fails for a missing file, and for a missing heading', () => {
  expect(problemOf('README.md', 'docs/nowhere.md')).toBe('docs/nowhere.md: there is no docs/nowhere.md');
  expect(problemOf('README.md', '#nowhere')).toBe('#nowhere: README.md has no such heading');
  expect(problemOf('docs/README.md', '../README.md#nowhere')).toBe('../README.md#nowhere: README.md has no such heading');
});

test('anchors are generated like those of GitHub', () => {
  expect(anchorsIn('# When `it` fails: now, and then\n## [More](x.md)\n## More\n')).toEqual(['when-it-fails-now-and-then', 'more', 'more-1']);
});
