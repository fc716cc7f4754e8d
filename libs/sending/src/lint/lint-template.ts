import type { JsonValue } from '#lib/ledger';
import { nameProblem } from '../setup/domain/name-pattern.js';
import type { BrandSettings } from '../setup/brand-settings.js';
import type { RenderResult } from '../templates/render.js';
import { type TemplateFacts, templateProblems, undeclaredIn } from '../templates/template.service.js';
import { alwaysShows, alwaysShowsInHtml, isWayOutPictured } from '../templates/way-out.js';
import { type Finding, finding } from './domain/finding.js';
import { textFindings } from './domain/text-findings.js';
import { htmlFindings } from './html-findings.js';
import { waysTold } from './ways-told.js';

/** What a template is looked at with. */
export interface LintedTemplate extends TemplateFacts {
  /** Null for a draft without a name. */
  readonly key: string | null;
}

export interface LintedBrand extends BrandSettings {
  readonly defaultLanguage: string;
  readonly hasContact: boolean;
  readonly name: string;
  readonly legalName: string;
}

/** What a template lacks, in all of its languages. */
export function templateFindings(template: LintedTemplate, brand: LintedBrand): Finding[] {
  const { key, channel, class: messageClass, contents } = template;
  const problems = templateProblems(template);
  const name = key === null || brand.names.template === undefined ? null : nameProblem(brand.names.template, key);
  const findings = [
    ...(name === null ? [] : [finding('name_pattern', '/key', name)]),
    ...problems.map(({ pointer, detail }) =>
      finding(/way out|link out/.test(detail) ? 'no_way_out' : 'unusable_template', pointer, detail),
    ),
    ...(Object.hasOwn(contents, brand.defaultLanguage)
      ? []
      : [finding('no_default_language', '/contents', `it is not there in ${brand.defaultLanguage}`)]),
    ...Object.entries(contents).flatMap(([language, content]) =>
      textFindings(channel, messageClass, language, content, waysTold(content.text)),
    ),
    ...(channel === 'email'
      ? Object.entries(contents).flatMap(([language, { html }]) =>
          html === null
            ? []
            : htmlFindings(`/contents/${language}/html`, html).filter(
                ({ code }) => code !== 'faint_text' || messageClass === 'commercial',
              ),
        )
      : []),
  ];
  if (
    problems.some(({ pointer }) => findings.some((one) => one.code === 'unusable_template' && one.pointer === pointer))
  )
    return findings;
  return [
    ...findings,
    ...(brand.dataShape === null
      ? []
      : undeclaredIn(template, brand.dataShape).map(({ pointer, detail }) =>
          finding('undeclared_field', pointer, detail),
        )),
    ...(channel === 'email' && messageClass === 'commercial' ? footerFindings(template, brand) : []),
    ...(messageClass === 'commercial' ? [...wayOutFindings(template), ...unnamedFindings(template, brand)] : []),
  ];
}

const UNFIT = 'unfit_data: such as a record or a list where a text, a number or a boolean is shown';

/** What became of rendering a language of it with the variables that were given. */
export function renderFindings(language: string, result: RenderResult): Finding[] {
  if (result.ok) return [];
  const pointer = `/contents/${language}`;
  if (result.code !== 'missing_variable')
    return [finding('not_rendered', pointer, result.code === 'unfit_data' ? UNFIT : result.code)];
  return [finding('missing_variable', pointer, `"${result.missing ?? '?'}" is shown and was not given`)];
}

/**
 * Mails whose way out an image alone shows; and what leaves without the way out that is added to other messages: `data`
 * in place of a card or a notification, and whatever goes to a machine.
 */
function wayOutFindings({ channel, contents }: TemplateFacts): Finding[] {
  if (channel === 'email')
    return Object.entries(contents).flatMap(([language, { html }]) =>
      html === null || !isWayOutPictured(html)
        ? []
        : [finding('way_out_in_image', `/contents/${language}/html`, 'an image alone shows the way out')],
    );
  if (channel !== 'push' && channel !== 'teams' && channel !== 'webhook') return [];
  return Object.entries(contents).flatMap(([language, { text, data }]) => {
    if (data == null && channel !== 'webhook') return [];
    const isGiven = (data == null ? [text] : textsOf(data)).some((one) => alwaysShows(one, 'unsubscribeUrl'));
    const pointer = `/contents/${language}/${data == null ? 'text' : 'data'}`;
    return isGiven ? [] : [finding('no_way_out_given', pointer, 'whoever gets it has no way out of it')];
  });
}

/** Short messages that do not say whose they are, by name or by a value that is one; a number says nothing. */
function unnamedFindings({ channel, contents }: TemplateFacts, { name, legalName }: LintedBrand): Finding[] {
  if (channel !== 'sms') return [];
  const isNamed = (text: string): boolean =>
    [name, legalName].some((one) => text.toLowerCase().includes(one.toLowerCase())) ||
    ['brand.name', 'brand.legalName'].some((one) => alwaysShows(text, one));
  return Object.entries(contents).flatMap(([language, { text }]) =>
    isNamed(text) ? [] : [finding('unnamed_sender', `/contents/${language}/text`, 'it does not say who sends it')],
  );
}

function textsOf(data: JsonValue): string[] {
  if (typeof data === 'string') return [data];
  return typeof data === 'object' && data !== null ? Object.values(data).flatMap(textsOf) : [];
}

/** Who sends it, from where, and who answers, in every form that somebody may read. */
function footerFindings({ contents }: TemplateFacts, { hasContact }: LintedBrand): Finding[] {
  return Object.entries(contents).flatMap(([language, { html, text }]) => {
    const forms = [['text', text], ...(html === null ? [] : [['html', html]])] as [string, string][];
    const missing = forms.flatMap(([form, source]) => {
      const shows = form === 'html' ? alwaysShowsInHtml : alwaysShows;
      const says = (...names: string[]): boolean => names.some((one) => shows(source, one));
      const pointer = `/contents/${language}/${form}`;
      return [
        ...(says('brand.postalAddress')
          ? []
          : [finding('no_postal_address', pointer, 'it does not show where the sender is')]),
        ...(says('brand.legalName', 'brand.name')
          ? []
          : [finding('no_sender_name', pointer, 'it does not show who sends it')]),
      ];
    });
    const isAnswered = hasContact || /mailto:|tel:/i.test(`${html ?? ''}${text}`);
    return isAnswered
      ? missing
      : [...missing, finding('no_contact', `/contents/${language}`, 'it names nobody who answers')];
  });
}
