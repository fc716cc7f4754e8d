import { z } from 'zod';
import { isLoopback } from './loopback.js';

const hostName = z
  .string()
  .regex(/^[A-Za-z0-9](?:[A-Za-z0-9.:-]{0,251}[A-Za-z0-9])?$|^::1$/, 'must be a host name or an IP address');
const domainName = z.string().regex(/^(?=.{4,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a domain name in lower case');

/** How to reach a mail server; what an operator may read back. */
export const SmtpSettings = z
  .strictObject({
    host: hostName,
    port: z.int().min(1).max(65_535),
    /** `tls` from the first byte, `starttls` demanded before anything is said, `none` to this machine only. */
    secure: z.enum(['tls', 'starttls', 'none']),
    user: z.string().min(1).max(320).optional(),
    /** Certificate authority to trust instead of the well-known ones, PEM. */
    ca: z.string().max(100_000).optional(),
    dkim: z.strictObject({ domain: domainName, selector: z.string().regex(/^[A-Za-z0-9.-]{1,63}$/) }).optional(),
    /** Mailbox for what servers report (`bounces@mail.example.org`); each message has a return path of its own there. */
    returnPath: z
      .string()
      .regex(/^[a-z0-9._-]{1,27}@(?=.{4,253}$)[a-z0-9-]+(\.[a-z0-9-]+)+$/, 'must be a short address in lower case')
      .optional(),
    /** By which name Gmail reports complaints about this sender (`Feedback-ID`); left out: one made of the domain. */
    feedbackSender: z
      .string()
      .regex(/^[A-Za-z0-9_-]{5,15}$/, 'must have 5 to 15 letters, digits, - or _')
      .optional(),
    maxConnections: z.int().min(1).max(50).default(5),
    /** How long the server may take over an answer. RFC 5321 4.5.3.2.6 asks for ten minutes after the content. */
    timeoutSeconds: z.int().min(1).max(600).default(600),
  })
  .refine((s) => s.secure !== 'none' || isLoopback(s.host), {
    path: ['secure'],
    message: 'may be "none" only to a server on this machine (127.0.0.1, ::1 or localhost)',
  });
export type SmtpSettings = z.infer<typeof SmtpSettings>;

/** What is kept sealed. */
export const SmtpSecret = z.strictObject({
  password: z.string().min(1).max(1000).optional(),
  /** RSA key in PEM for the DKIM selector of the settings. */
  dkimPrivateKey: z.string().max(20_000).optional(),
});
export type SmtpSecret = z.infer<typeof SmtpSecret>;
