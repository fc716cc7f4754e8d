import { type BlockContents, includedIn, languageOf, refText } from '../blocks/put-in-place.js';
import { chooseTag, type TemplateContent } from '../templates/domain/template-content.js';
import { type Finding, finding } from './domain/finding.js';

/**
 * What there is to say of the shared blocks of a template.
 * @param blocks the versions that it includes
 * @param newest the newest version of each of them
 */
export function blockFindings(
  contents: Readonly<Record<string, TemplateContent>>,
  blocks: readonly BlockContents[],
  newest: ReadonlyMap<string, number>,
): Finding[] {
  const byRef = new Map(blocks.map((block) => [refText(block), block]));
  return Object.entries(contents).flatMap(([language, content]) =>
    includedIn({ [language]: content }).flatMap((ref) => {
      const pointer = `/contents/${language}`;
      const last = newest.get(ref.key) ?? ref.version;
      const block = byRef.get(refText(ref));
      const speaks = block === undefined ? language : languageOf(block, language);
      const isUnderstood = block === undefined || chooseTag(Object.keys(block.contents), language) !== null;
      return [
        ...(last > ref.version
          ? [
              finding(
                'older_block',
                pointer,
                `it includes ${refText(ref)}; ${refText({ ...ref, version: last })} is there`,
              ),
            ]
          : []),
        ...(isUnderstood
          ? []
          : [finding('block_in_other_language', pointer, `it includes ${refText(ref)}, which speaks ${speaks} there`)]),
      ];
    }),
  );
}
