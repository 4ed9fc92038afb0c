import { suggestionsIn } from '../../src/suggestions/index.ts';

/**
 * The suggestions of a file, one line each: `3:5 in dir: file env/prod.hcl, key=app` and, behind `?`, what is open. A directory
 * that is not said is `-`.
 */
export const told = (path: string, text: string): readonly string[] =>
  suggestionsIn({ path, text }).map(({ location, directory, items, open }) => {
    const said = items.map((item) => (item.kind === 'file' ? `file ${item.path}` : `${item.name}=${item.text}`));
    const rest = open.length > 0 ? ` ? ${open.join(' ; ')}` : '';
    return `${location.line}:${location.column} in ${directory ?? '-'}: ${said.join(', ')}${rest}`;
  });
