import type { z } from 'zod';
import type { Channel, Clock } from '#lib/kernel';
import type { ChannelSender } from './channel-sender.js';
import { PhoneTaskSecret, phoneTaskSender, PhoneTaskSettings } from './http/phone-task.js';
import { teamsSender, TeamsSettings } from './http/teams.js';
import { TwilioSecret, twilioSender, TwilioSettings } from './http/twilio.js';
import { WebPushSecret, webPushSender, WebPushSettings } from './http/web-push.js';
import { WebhookSecret, webhookSender, WebhookSettings } from './http/webhook.js';
import { WhatsAppSecret, whatsAppSender, WhatsAppSettings } from './http/whatsapp.js';
import { SmppSender } from './smpp/smpp.sender.js';
import { SmppSecret, SmppSettings } from './smpp/smpp-settings.js';
import { SmtpSecret, SmtpSettings } from './smtp-settings.js';
import { SmtpSender } from './smtp.sender.js';

/** A protocol by which messages of one channel leave, with what an account of it needs. */
export interface SenderKind {
  readonly channel: Channel;
  readonly settings: z.ZodType<Readonly<Record<string, unknown>>>;
  /** Null where there is nothing to keep secret. */
  readonly secret: z.ZodType<Readonly<Record<string, unknown>>> | null;
  /** @throws Error saying what is wrong with settings or secret */
  make(settings: unknown, secret: unknown, clock: Clock): ChannelSender;
}

function kind<Settings extends Readonly<Record<string, unknown>>, Secret extends Readonly<Record<string, unknown>>>(
  channel: Channel,
  settings: z.ZodType<Settings>,
  secret: z.ZodType<Secret>,
  make: (settings: Settings, secret: Secret, clock: Clock) => ChannelSender,
): SenderKind {
  return {
    channel,
    settings,
    secret,
    make: (given, kept, clock) => make(settings.parse(given), secret.parse(kept ?? {}), clock),
  };
}

/** Every protocol, by the name under which accounts are stored: add, never rename. */
export const SENDER_KINDS = {
  smtp: kind('email', SmtpSettings, SmtpSecret, (settings, secret, clock) => new SmtpSender(settings, secret, clock)),
  smpp: kind('sms', SmppSettings, SmppSecret, (settings, secret, clock) => new SmppSender(settings, secret, clock)),
  twilio: kind('sms', TwilioSettings, TwilioSecret, twilioSender),
  web_push: kind('push', WebPushSettings, WebPushSecret, webPushSender),
  whatsapp_cloud: kind('whatsapp', WhatsAppSettings, WhatsAppSecret, whatsAppSender),
  teams_workflow: {
    channel: 'teams',
    settings: TeamsSettings,
    secret: null,
    make: (settings, _, clock) => teamsSender(TeamsSettings.parse(settings), clock),
  },
  dataverse_call: kind('phone', PhoneTaskSettings, PhoneTaskSecret, phoneTaskSender),
  standard_webhook: kind('webhook', WebhookSettings, WebhookSecret, webhookSender),
} as const satisfies Record<string, SenderKind>;
