import { Inject, Injectable } from '@nestjs/common';
import { BrandService, type Change, NoticeService, type Principal, PurposeService, TopicService } from '#lib/consent';
import { type BrandId, DomainError } from '#lib/kernel';
import { Database } from '#lib/platform';
import {
  BlockService,
  CampaignService,
  ConfirmationSetup,
  PolicyService,
  ProviderService,
  TemplateService,
} from '#lib/sending';
import { toViolations } from '../http/schema.pipe.js';
import { type SetupCheckAnswer, type SetupGroup, type SetupStep, STEPS } from './setup-check.schema.js';

/** Most that is said of one step. */
const MOST_PROBLEMS = 20;

/** Whose set-up it would be. */
export interface SetupAuthor {
  readonly brandId: BrandId;
  readonly caller: Principal;
  readonly change: Change;
}

/** Does a step, and answers whether those after it must see it. */
type Play = (step: SetupStep, author: SetupAuthor) => Promise<boolean>;

/** Does steps of a set-up as their own routes would, looks at what comes of them, and takes all of them back. */
@Injectable()
export class SetupRehearsal {
  private readonly plays: Readonly<Record<SetupGroup, Play>>;

  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BrandService) brands: BrandService,
    @Inject(NoticeService) notices: NoticeService,
    @Inject(PurposeService) purposes: PurposeService,
    @Inject(TopicService) topics: TopicService,
    @Inject(PolicyService) policies: PolicyService,
    @Inject(BlockService) blocks: BlockService,
    @Inject(TemplateService) templates: TemplateService,
    @Inject(CampaignService) campaigns: CampaignService,
    @Inject(ProviderService) providers: ProviderService,
    @Inject(ConfirmationSetup) confirmations: ConfirmationSetup,
  ) {
    this.plays = {
      notices: played('notices', ({ body }, { brandId, change }) =>
        notices.publish(brandId, body.key, body.wordings, change),
      ),
      brands: played('brands', ({ key, body }, { caller, change }) => {
        if (!caller.scopes.includes('brands:write'))
          throw new DomainError('forbidden', 'The brand itself needs a key with the scope brands:write.');
        return brands.put(key, body, change, caller.brandId);
      }),
      purposes: played('purposes', ({ key, body }, { brandId, change }) => purposes.put(brandId, key, body, change)),
      topics: played('topics', ({ key, body }, { brandId, change }) => topics.put(brandId, key, body, change)),
      // Another version of one lets go whom the last one held, and nothing names a version.
      policies: played(
        'policies',
        ({ body: { key, ...body } }, { brandId, change }) => policies.publish(brandId, key, body, change),
        ({ value: { version } }) => version === 1,
      ),
      blocks: played('blocks', ({ body: { key, version, ...facts } }, { brandId, change }) =>
        blocks.publish(brandId, key, version ?? null, facts, change),
      ),
      templates: played('templates', ({ body: { key, ...facts } }, { brandId, change }) =>
        templates.publish(brandId, key, facts, change),
      ),
      campaigns: played('campaigns', ({ key, body }, { brandId, change }) => campaigns.put(brandId, key, body, change)),
      // It wakes what waits for its channel, and nothing names it.
      providers: played(
        'providers',
        ({ key, body }, { brandId, change }) => providers.put(brandId, key, body, change),
        () => false,
      ),
      'double-opt-in': played('double-opt-in', ({ key, body }, { brandId, change }) =>
        confirmations.put(brandId, key, body, change),
      ),
    };
  }

  /**
   * What would be refused, and what `look` sees where the rest is set up. Nothing is stored, and nothing stands in the ledger.
   */
  async of<T>(
    steps: readonly SetupStep[],
    author: SetupAuthor,
    look: () => Promise<T>,
  ): Promise<{ readonly problems: SetupCheckAnswer['problems']; readonly seen: T }> {
    const problems: SetupCheckAnswer['problems'] = [];
    const seen = await this.database.rehearse(async (part) => {
      for (const [step, one] of steps.entries()) {
        const { group, key } = one;
        try {
          await part(() => this.plays[group](one, author));
        } catch (error) {
          if (!(error instanceof DomainError)) throw error;
          const { detail, extra } = error;
          const { violations: said = [{ pointer: '', detail }] } = extra;
          problems.push(...said.slice(0, MOST_PROBLEMS).map((violation) => ({ step, group, key, ...violation })));
        }
      }
      return look();
    });
    return { problems, seen };
  }
}

type Read<G extends SetupGroup> = ReturnType<(typeof STEPS)[G]['parse']>;

function played<G extends SetupGroup, R>(
  group: G,
  play: (step: Read<G>, author: SetupAuthor) => Promise<R>,
  isKept: (result: R) => boolean = () => true,
): Play {
  return async ({ key, body }, author) => isKept(await play(read(group, { key, body }), author));
}

/** @throws DomainError invalid_request */
function read<G extends SetupGroup>(group: G, step: Pick<SetupStep, 'key' | 'body'>): Read<G> {
  const read = STEPS[group].safeParse(step);
  if (read.success) return read.data as Read<G>;
  const violations = read.error.issues
    .flatMap((issue) => toViolations(issue, 'body'))
    .map(({ pointer, detail }) => ({ pointer: pointer.replace(/^\/body(?=\/|$)/, ''), detail }));
  throw new DomainError('invalid_request', 'Correct what is named.', { violations });
}
