/** Tables and inline styles only where mail clients leave nothing else; readable with images off and in the dark. */
export const page = (language: string, body: string, footer: string): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{{brand.name}}</title>
</head>
<body style="margin:0;padding:24px;font:1rem/1.5 system-ui,sans-serif">
<div style="max-width:36rem;margin:0 auto">
${body}
<hr style="border:0;border-top:1px solid #888888;margin:24px 0 16px">
${footer}
<p style="font-size:0.875rem">{{brand.legalName}}<br>{{brand.postalAddress}}</p>
</div>
</body>
</html>
`;

export const imprint = '{{brand.legalName}}\n{{brand.postalAddress}}\n';

/** Two messages in German and English. A commercial one shows its way out as plainly as its subject. */
export const DEMO_TEMPLATES = [
  {
    key: 'newsletter',
    channel: 'email',
    class: 'commercial',
    defaultLanguage: 'de',
    contents: {
      de: {
        subject: '{{headline}}',
        html: page(
          'de',
          `<h1 style="font-size:1.5rem;line-height:1.25">{{headline}}</h1>
<p>Guten Tag {{firstName}},</p>
<p>diese Woche rösten wir eine Lieferung aus Äthiopien: hell, mit einem Geschmack nach Beeren und Bergamotte. Sie reicht für etwa vierhundert Tüten.</p>`,
          `<p>Sie erhalten diese E-Mail, weil Sie „{{topic}}“ abonniert haben.<br>
<a href="{{unsubscribeUrl}}">„{{topic}}“ abbestellen</a></p>`,
        ),
        text: `{{headline}}

Guten Tag {{firstName}},

diese Woche rösten wir eine Lieferung aus Äthiopien: hell, mit einem
Geschmack nach Beeren und Bergamotte. Sie reicht für etwa vierhundert
Tüten.

--
Sie erhalten diese E-Mail, weil Sie „{{topic}}“ abonniert haben.
„{{topic}}“ abbestellen: {{unsubscribeUrl}}

${imprint}`,
      },
      en: {
        subject: '{{headline}}',
        html: page(
          'en',
          `<h1 style="font-size:1.5rem;line-height:1.25">{{headline}}</h1>
<p>Hello {{firstName}},</p>
<p>this week we are roasting a delivery from Ethiopia: a light roast that tastes of berries and bergamot. It will fill about four hundred bags.</p>`,
          `<p>You receive this e-mail because you subscribed to “{{topic}}”.<br>
<a href="{{unsubscribeUrl}}">Leave “{{topic}}”</a></p>`,
        ),
        text: `{{headline}}

Hello {{firstName}},

this week we are roasting a delivery from Ethiopia: a light roast that
tastes of berries and bergamot. It will fill about four hundred bags.

--
You receive this e-mail because you subscribed to “{{topic}}”.
Leave “{{topic}}”: {{unsubscribeUrl}}

${imprint}`,
      },
    },
  },
  {
    key: 'order-confirmation',
    channel: 'email',
    class: 'transactional',
    defaultLanguage: 'de',
    contents: {
      de: {
        subject: 'Ihre Bestellung {{order}}',
        html: page(
          'de',
          `<h1 style="font-size:1.5rem;line-height:1.25">Ihre Bestellung {{order}}</h1>
<p>Guten Tag {{firstName}},</p>
<p>vielen Dank. Wir packen Ihre Bestellung heute und melden uns, sobald sie unterwegs ist.</p>`,
          '<p>Diese E-Mail gehört zu Ihrer Bestellung und ist keine Werbung.</p>',
        ),
        text: `Ihre Bestellung {{order}}

Guten Tag {{firstName}},

vielen Dank. Wir packen Ihre Bestellung heute und melden uns, sobald sie
unterwegs ist.

--
Diese E-Mail gehört zu Ihrer Bestellung und ist keine Werbung.

${imprint}`,
      },
      en: {
        subject: 'Your order {{order}}',
        html: page(
          'en',
          `<h1 style="font-size:1.5rem;line-height:1.25">Your order {{order}}</h1>
<p>Hello {{firstName}},</p>
<p>thank you. We are packing your order today and will write again when it is on its way.</p>`,
          '<p>This e-mail belongs to your order and is not advertising.</p>',
        ),
        text: `Your order {{order}}

Hello {{firstName}},

thank you. We are packing your order today and will write again when it
is on its way.

--
This e-mail belongs to your order and is not advertising.

${imprint}`,
      },
    },
  },
  {
    key: 'preference-link',
    channel: 'email',
    class: 'transactional',
    defaultLanguage: 'de',
    contents: {
      de: {
        subject: 'Ihr Link zu Ihren Einstellungen',
        html: page(
          'de',
          `<h1 style="font-size:1.5rem;line-height:1.25">Ihr Link zu Ihren Einstellungen</h1>
<p>Guten Tag,</p>
<p>Sie haben auf unserer Seite um diesen Link gebeten. Er gilt einen Tag.</p>
<p><a href="{{preferencesUrl}}">Einstellungen ansehen und ändern</a></p>
<p>Wenn Sie nicht darum gebeten haben, müssen Sie nichts tun: Es ändert sich nichts.</p>`,
          '<p>Diese E-Mail haben Sie angefordert; sie ist keine Werbung.</p>',
        ),
        text: `Guten Tag,

Sie haben auf unserer Seite um diesen Link gebeten. Er gilt einen Tag:

{{preferencesUrl}}

Wenn Sie nicht darum gebeten haben, müssen Sie nichts tun: Es ändert
sich nichts.

--
Diese E-Mail haben Sie angefordert; sie ist keine Werbung.

${imprint}`,
      },
      en: {
        subject: 'Your link to your settings',
        html: page(
          'en',
          `<h1 style="font-size:1.5rem;line-height:1.25">Your link to your settings</h1>
<p>Hello,</p>
<p>you asked for this link on our page. It works for a day.</p>
<p><a href="{{preferencesUrl}}">See and change your settings</a></p>
<p>If you did not ask for it, you need not do anything: nothing changes.</p>`,
          '<p>You asked for this e-mail; it is not advertising.</p>',
        ),
        text: `Hello,

you asked for this link on our page. It works for a day:

{{preferencesUrl}}

If you did not ask for it, you need not do anything: nothing changes.

--
You asked for this e-mail; it is not advertising.

${imprint}`,
      },
    },
  },
] as const;
