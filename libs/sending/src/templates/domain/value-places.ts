/**
 * Where in a mail a value of a message may stand, by the elements and attributes of HTML: a list of what is allowed, so
 * that what nobody thought of is not. A value may be read, name things, and lead or show somewhere when it is pressed or
 * looked at. It may not decide what is run, loaded as a part of the document, or sent.
 */

/** Attributes that say something of an element, whichever of READ it is. */
const SAYING = new Set(
  'title alt class id name lang dir width height align valign bgcolor color border cellpadding cellspacing colspan rowspan span abbr label placeholder value summary role tabindex datetime face size hspace vspace nowrap start headers scope for max min low high optimum itemprop itemid itemtype'.split(
    ' ',
  ),
);

/** Elements that people read, and nothing that runs or loads a part of the document. */
const READ = new Set(
  'a abbr acronym address area article aside audio b bdi bdo big blockquote body br button caption center cite code col colgroup data dd del details dfn div dl dt em fieldset figcaption figure font footer h1 h2 h3 h4 h5 h6 head header hgroup hr html i img input ins kbd label legend li main map mark menu meter nav ol optgroup option output p picture pre progress q rp rt ruby s samp section select small source span strike strong sub summary sup table tbody td textarea tfoot th thead time title tr tt u ul var video wbr'.split(
    ' ',
  ),
);

/** Attributes that lead or show somewhere, with their elements. */
const LEADING: Readonly<Record<string, ReadonlySet<string>>> = {
  href: new Set(['a', 'area']),
  src: new Set(['img', 'audio', 'video', 'source']),
  srcset: new Set(['img', 'source']),
  poster: new Set(['video']),
  background: new Set(['body', 'table', 'thead', 'tbody', 'tfoot', 'tr', 'td', 'th']),
  cite: new Set(['blockquote', 'q', 'ins', 'del']),
};

/** Shapes that Outlook alone draws, and what of them leads or shows somewhere. */
const OUTLOOK = /^[vow]:[a-z]+$/;
const OUTLOOK_LEADING = new Set(['href', 'src']);

/** Elements whose content is no text, in whatever language of the document they stand. */
const NOT_TEXT = new Set('script style iframe noembed noframes noscript xmp plaintext object applet'.split(' '));

/** Attributes of any element by which a browser goes somewhere, a program included; those of animations beside them. */
const CAN_RUN = new Set(
  'href src srcset action formaction background poster cite longdesc data ping xlink:href usemap lowsrc dynsrc to from by values'.split(
    ' ',
  ),
);

/** Whether a value may stand in that attribute, quoted and escaped. */
export function mayHoldValue(element: string, attribute: string): boolean {
  if (LEADING[attribute]?.has(element) === true) return true;
  if (OUTLOOK.test(element)) return OUTLOOK_LEADING.has(attribute) || SAYING.has(attribute);
  return READ.has(element) && (SAYING.has(attribute) || /^(?:aria|data)-[a-z0-9-]+$/.test(attribute));
}

/** Whether a value may stand in the text of that element, escaped. */
export function mayShowValue(element: string): boolean {
  return !NOT_TEXT.has(element);
}

/** Whether that attribute, as it is read, is a program. */
export function isProgram(attribute: string, value: string): boolean {
  // Browsers pass over line ends inside a scheme, and over controls before it.
  return CAN_RUN.has(attribute) && value.split(';').some((one) => /^(?:javascript|vbscript):/i.test(one.replace(/[\0-\x20]/g, ''))); // prettier-ignore
}
