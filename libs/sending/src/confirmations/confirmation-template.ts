import type { TemplateFacts } from '../templates/template.service.js';

interface Words {
  readonly subject: string;
  readonly asked: string;
  readonly confirm: string;
  readonly otherwise: string;
  readonly notMe: string;
}

/** Strictly neutral: who asks, for what the link is, and the way out. A confirmation that advertises is advertising itself. */
const WORDS: Readonly<Record<string, Words>> = {
  en: {
    subject: 'Please confirm your address',
    asked: 'Somebody entered this address at {{brand.name}}. If it was you, please confirm it with this link:',
    confirm: 'Confirm',
    otherwise: 'If it was not you, you need not do anything: without a confirmation the entry is deleted.',
    notMe: 'This was not me',
  },
  de: {
    subject: 'Bitte bestätigen Sie Ihre Adresse',
    asked:
      'Diese Adresse wurde bei {{brand.name}} eingetragen. Wenn Sie das waren, bestätigen Sie es bitte mit diesem Link:',
    confirm: 'Bestätigen',
    otherwise: 'Wenn Sie es nicht waren, brauchen Sie nichts zu tun: Ohne Bestätigung wird der Eintrag gelöscht.',
    notMe: 'Das war ich nicht',
  },
  fr: {
    subject: 'Veuillez confirmer votre adresse',
    asked: 'Cette adresse a été saisie chez {{brand.name}}. Si c’était vous, veuillez la confirmer avec ce lien :',
    confirm: 'Confirmer',
    otherwise: 'Si ce n’était pas vous, vous n’avez rien à faire : sans confirmation, la saisie est supprimée.',
    notMe: 'Ce n’était pas moi',
  },
  es: {
    subject: 'Confirme su dirección',
    asked: 'Esta dirección se ha introducido en {{brand.name}}. Si ha sido usted, confírmela con este enlace:',
    confirm: 'Confirmar',
    otherwise: 'Si no ha sido usted, no tiene que hacer nada: sin confirmación, el registro se elimina.',
    notMe: 'No he sido yo',
  },
  it: {
    subject: 'Confermi il Suo indirizzo',
    asked: 'Questo indirizzo è stato inserito presso {{brand.name}}. Se è stato Lei, lo confermi con questo link:',
    confirm: 'Conferma',
    otherwise: 'Se non è stato Lei, non deve fare nulla: senza conferma l’inserimento viene cancellato.',
    notMe: 'Non sono stato io',
  },
  nl: {
    subject: 'Bevestig uw adres',
    asked: 'Dit adres is ingevuld bij {{brand.name}}. Als u dat was, bevestig het dan met deze link:',
    confirm: 'Bevestigen',
    otherwise: 'Als u dat niet was, hoeft u niets te doen: zonder bevestiging wordt de invoer verwijderd.',
    notMe: 'Dit was ik niet',
  },
  pl: {
    subject: 'Prosimy o potwierdzenie adresu',
    asked: 'Ten adres został wpisany w {{brand.name}}. Jeśli to Państwo, prosimy o potwierdzenie tym linkiem:',
    confirm: 'Potwierdź',
    otherwise: 'Jeśli to nie Państwo, nie trzeba nic robić: bez potwierdzenia wpis zostanie usunięty.',
    notMe: 'To nie ja',
  },
  pt: {
    subject: 'Confirme o seu endereço',
    asked: 'Este endereço foi introduzido em {{brand.name}}. Se foi a própria pessoa, confirme-o com esta ligação:',
    confirm: 'Confirmar',
    otherwise: 'Caso contrário, não precisa de fazer nada: sem confirmação, o registo é apagado.',
    notMe: 'Não fui eu',
  },
  tr: {
    subject: 'Lütfen adresinizi onaylayın',
    asked: 'Bu adres {{brand.name}} için girildi. Bunu siz yaptıysanız lütfen bu bağlantıyla onaylayın:',
    confirm: 'Onayla',
    otherwise: 'Bunu siz yapmadıysanız bir şey yapmanız gerekmez: onaylanmayan kayıt silinir.',
    notMe: 'Bu ben değildim',
  },
  ar: {
    subject: 'يرجى تأكيد عنوانكم',
    asked: 'أُدخل هذا العنوان لدى {{brand.name}}. إذا كنتم أنتم من أدخله، فيرجى تأكيده عبر هذا الرابط:',
    confirm: 'تأكيد',
    otherwise: 'إذا لم تكونوا أنتم، فلا حاجة إلى فعل أي شيء: يُحذف الإدخال إن لم يُؤكَّد.',
    notMe: 'لم أكن أنا',
  },
  he: {
    subject: 'נא לאשר את כתובתכם',
    asked: 'כתובת זו הוזנה אצל {{brand.name}}. אם אתם הזנתם אותה, נא לאשר אותה בקישור זה:',
    confirm: 'אישור',
    otherwise: 'אם לא אתם, אין צורך לעשות דבר: ללא אישור הרישום יימחק.',
    notMe: 'זה לא הייתי אני',
  },
};

const RIGHT_TO_LEFT = new Set(['ar', 'he']);

/**
 * The message that asks for a confirmation, for brands that write none of their own: text and a page of HTML without
 * images, with the two ways on, and who the sender is.
 */
export function confirmationTemplate(defaultLanguage: string): TemplateFacts {
  const contents = Object.entries(WORDS).map(([language, words]) => {
    const { subject, asked, confirm, otherwise, notMe } = words;
    const direction = RIGHT_TO_LEFT.has(language) ? 'rtl' : 'ltr';
    const sender = '{{brand.legalName}}, {{brand.postalAddress}}';
    const text = `${asked}\n\n{{confirmUrl}}\n\n${otherwise}\n${notMe}: {{denyUrl}}\n\n${sender}\n`;
    const html =
      `<!doctype html><html lang="${language}" dir="${direction}"><body><p>${asked}</p>` +
      `<p><a href="{{confirmUrl}}">${confirm}</a></p><p>${otherwise} <a href="{{denyUrl}}">${notMe}</a></p>` +
      `<p>${sender}</p></body></html>`;
    return [language, { subject, html, text }] as const;
  });
  const spoken = defaultLanguage in WORDS ? defaultLanguage : (defaultLanguage.split('-')[0] ?? 'en');
  return {
    channel: 'email',
    class: 'transactional',
    defaultLanguage: spoken in WORDS ? spoken : 'en',
    contents: Object.fromEntries(contents),
  };
}
