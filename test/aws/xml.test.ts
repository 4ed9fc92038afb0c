import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { document, element, find, findAll, parse, textAt, type XmlElement } from './xml.ts';

const name = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/);
// XML 1.0 has no place for other control characters, escaped or not.
const text = fc.string({ unit: 'binary' }).map((value) => value.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, ''));
const { tree } = fc.letrec<{ tree: XmlElement }>((tie) => ({
  tree: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(name, text).map(([tag, content]) => element(tag, content)),
    fc.tuple(name, fc.array(tie('tree'), { minLength: 1, maxLength: 4 })).map(([tag, inner]) => element(tag, inner)),
  ),
}));

describe('the XML reader and writer', () => {
  it('reads what it writes', () => {
    fc.assert(
      fc.property(tree, (root) => {
        expect(parse(document(root, 'urn:example'))).toEqual(root);
      }),
    );
  });

  it('writes a carriage return as a reference, or readers would make it a line feed', () => {
    expect(document(element('Key', 'a\r<b'))).toContain('<Key>a&#13;&lt;b</Key>');
  });

  it('reads what the SDK sends: namespaces, prefixes, empty elements, references', () => {
    const root = parse(
      '<?xml version="1.0"?>\n<a:Rule xmlns="urn:x">\n <Filter/> <T>1 &lt; &#50;&#x33; &amp;amp;</T> <T> </T>\n</a:Rule>',
    );
    expect(root.name).toBe('Rule');
    expect(find(root, 'Filter')).toEqual(element('Filter'));
    expect(findAll(root, 'T').map((node) => node.text)).toEqual(['1 < 23 &amp;', ' ']);
    expect(textAt(root, 'Filter', 'Prefix')).toBeUndefined();
  });

  it.each(['', 'text', '<a>', '<a></b>', '</a>', '<a/><b/>', '<a><b></a></b>'])('refuses %j', (source) => {
    expect(() => parse(source)).toThrow(/closes|one well-formed/);
  });
});
