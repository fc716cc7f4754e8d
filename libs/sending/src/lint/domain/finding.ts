/** Something that a message lacks, or has too much of, before it leaves. */
export interface Finding {
  /** Add codes, never rename one. */
  readonly code: FindingCode;
  /** `error`: it would break a rule that binds, or not leave; `warning`: look at it. */
  readonly severity: 'error' | 'warning';
  /** Where, as a JSON pointer into the template; '' where it is about the set-up. */
  readonly pointer: string;
  /** Which rule asks for it. */
  readonly source: string;
  readonly detail: string;
  readonly advice: string;
}

/** What each code means, who asks for it, and what to do. */
export const RULES = {
  unusable_template: {
    severity: 'error',
    source: 'OWASP ASVS 5.0, 1.2 and 1.3',
    advice: 'Correct the template; it would not be published.',
  },
  faint_text: {
    severity: 'error',
    source: '15 U.S.C. 7704 (a)(3)(A) and (5)(A); CASL SOR/2012-36 s. 3; § 7 (2) no. 3 UWG',
    advice: 'Show the way out and the footer in letters that everybody can read: 4.5 to 1 against what is behind them.',
  },
  misleading_link: {
    severity: 'warning',
    source: 'mail programs, which warn of it as of phishing',
    advice: 'Let the link lead to the site that it shows, or show words instead.',
  },
  older_block: {
    severity: 'warning',
    source: 'GET /v1/blocks',
    advice: 'Name the newer version, and publish the template again.',
  },
  block_in_other_language: {
    severity: 'warning',
    source: 'the template and its blocks',
    advice: 'Publish the block in this language as well, and name that version of it.',
  },
  undeclared_field: {
    severity: 'error',
    source: 'dataShape of the brand',
    advice: 'Correct the name, or declare the field with PUT /v1/brands/{key}.',
  },
  missing_variable: {
    severity: 'error',
    source: 'the template and the variables that were given',
    advice: 'Send the variable, null where there is nothing to say, or ask for it with {{#if}} first.',
  },
  not_rendered: {
    severity: 'error',
    source: 'the template and the variables that were given',
    advice: 'A message with these variables would end as failed with render_error; correct one of the two.',
  },
  no_way_out: {
    severity: 'error',
    source: '15 U.S.C. 7704 (a)(3) and (5); CASL s. 6 (2)(c) and 11; directive 2002/58/EC art. 13 (4)',
    advice:
      'Write {{unsubscribeUrl}} into the text and <a href="{{unsubscribeUrl}}"> into the HTML, outside of any condition.',
  },
  way_out_in_image: {
    severity: 'warning',
    source: 'WCAG 2.2, 1.4.5; mail programs that load no images until they are asked to',
    advice: 'Write the way out in words as well, outside of any condition: who sees no images may find none.',
  },
  no_postal_address: {
    severity: 'error',
    source: '15 U.S.C. 7704 (a)(5)(A)(iii); CASL s. 6 (2)(b), SOR/2012-36 s. 2 (1)',
    advice: 'Write {{brand.postalAddress}} into the footer, outside of any condition.',
  },
  no_sender_name: {
    severity: 'error',
    source: 'CASL s. 6 (2)(a), SOR/2012-36 s. 2 (1)(a); directive 2000/31/EC art. 6 (b)',
    advice: 'Write {{brand.legalName}} into the footer, outside of any condition.',
  },
  unnamed_sender: {
    severity: 'warning',
    source: 'CTIA Messaging Principles; CASL s. 6 (2)(a); directive 2002/58/EC art. 13 (4)',
    advice: 'Begin with {{brand.name}}, outside of any condition: a number does not say whose it is.',
  },
  blank_postal_address: {
    severity: 'error',
    source: '15 U.S.C. 7704 (a)(5)(A)(iii); CASL s. 6 (2)(b), SOR/2012-36 s. 2 (1)',
    advice: 'Set postalAddress of the brand with PUT /v1/brands/{key}: mails show it, and it says nothing.',
  },
  no_contact: {
    severity: 'warning',
    source: 'CASL s. 6 (2)(b), SOR/2012-36 s. 2 (1)(d)',
    advice: 'Name a telephone number, an address or a page where somebody answers, and keep it for 60 days.',
  },
  deceptive_subject: {
    severity: 'warning',
    source: '15 U.S.C. 7704 (a)(2)',
    advice: 'An advertisement is no answer; take the mark of one out of the subject.',
  },
  long_subject: {
    severity: 'warning',
    source: 'RFC 5322, 2.1.1',
    advice: 'Shorten it to 78 characters: mail programs cut it off.',
  },
  clipped: {
    severity: 'warning',
    source: 'Gmail shows 102 KB of a mail',
    advice: 'Shorten the HTML: what is cut off is the footer with the way out.',
  },
  insecure_link: {
    severity: 'warning',
    source: 'RFC 9110, 4.2.2; mail programs warn of it',
    advice: 'Write https://.',
  },
  image_without_alt: {
    severity: 'warning',
    source: 'WCAG 2.2, 1.1.1',
    advice: 'Say in alt what the image says; alt="" for an ornament.',
  },
  no_default_language: {
    severity: 'warning',
    source: 'the brand’s default language',
    advice: 'Add the contents in the language that everybody without another one is written to in.',
  },
  one_click_not_https: {
    severity: 'error',
    source: 'RFC 8058, 3.1',
    advice: 'Set CENTER_URL to an https: address.',
  },
  no_unsubscribe_mailbox: {
    severity: 'warning',
    source: 'RFC 2369, 3.2',
    advice: 'Set UNSUBSCRIBE_MAILBOX: some mail programs leave by mail alone.',
  },
  no_provider: {
    severity: 'error',
    source: 'the providers of the brand',
    advice: 'Add an enabled provider of this channel with PUT /v1/providers/{key}.',
  },
  no_dkim: {
    severity: 'error',
    source: 'RFC 8058, 4; RFC 6376; guidelines for senders of Gmail, Yahoo and Outlook',
    advice: 'Give the provider dkim with a domain, a selector and a key.',
  },
  dkim_not_aligned: {
    severity: 'error',
    source: 'RFC 7489, 3.1.1; guidelines for senders of Gmail, Yahoo and Outlook',
    advice: 'Sign for the domain of the sender address, or another of the same organization.',
  },
  no_return_path: {
    severity: 'warning',
    source: 'RFC 3464; RFC 5321, 4.5.3.1',
    advice: 'Give the provider a returnPath, so that every report of a bounce names its message.',
  },
  tracking_without_purpose: {
    severity: 'error',
    source: 'directive 2002/58/EC art. 5 (3)',
    advice: 'Add the purpose that tracking of the brand names; until then nothing is counted.',
  },
  no_stop_word: {
    severity: 'warning',
    source: 'CTIA Messaging Principles; 47 CFR 64.1200 (a)(10)',
    advice:
      'Say how to leave by an answer, such as "Reply STOP to end", outside of any condition and also beside a link. Where nobody can answer (the sender is a name), write {{unsubscribeUrl}}, and in the US that answers are not read.',
  },
  no_way_out_given: {
    severity: 'warning',
    source: 'directive 2002/58/EC art. 13 (4); § 7 (2) no. 3 UWG',
    advice: 'Write {{unsubscribeUrl}} into one of its texts, outside of any condition: none is added to it by itself.',
  },
  only_as_answer: {
    severity: 'warning',
    source: 'WhatsApp Cloud API: customer service windows',
    advice:
      'Name a template that Meta has approved in data: a text reaches only who wrote to you within the last 24 hours.',
  },
  several_parts: {
    severity: 'warning',
    source: '3GPP TS 23.040, 9.2.3.24.1',
    advice: 'Each part is paid for: shorten it, or take out characters that the alphabet of SMS has not.',
  },
  too_large: {
    severity: 'error',
    source: 'RFC 8030, 7.2; RFC 8291, 4; Microsoft Teams: 28 KB of a card',
    advice:
      'Shorten it: a push service takes 4,096 bytes with the encryption, Teams 28 KB, and nobody would get this one.',
  },
  name_pattern: {
    severity: 'error',
    source: 'names of the brand',
    advice: 'Choose a name of the form that the brand has set.',
  },
} as const satisfies Record<string, Pick<Finding, 'severity' | 'source' | 'advice'>>;

export type FindingCode = keyof typeof RULES;

export function finding(code: FindingCode, pointer: string, detail: string): Finding {
  return { code, ...RULES[code], pointer, detail };
}
