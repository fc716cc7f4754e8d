/** Which touch of a path stands for a milestone: the last one at or before it; -1 when there is none. */
export interface Milestones {
  readonly leadCreation: number;
  readonly opportunityCreation: number;
  readonly closedWon: number;
}

export const NO_MILESTONES: Milestones = { leadCreation: -1, opportunityCreation: -1, closedWon: -1 };

const W_ROLE = 0.3;
const FULL_PATH_ROLE = 0.225;
const OTHERS = 0.1;

/** 30 % each for the first touch, lead creation and opportunity creation, 10 % for the others. */
export function wShapedShares(count: number, at: Milestones, shares: Float64Array): void {
  roleShares(count, W_ROLE, [0, at.leadCreation, at.opportunityCreation], shares);
}

/** 22.5 % each for the first touch, lead creation, opportunity creation and the won deal, 10 % for the others. */
export function fullPathShares(count: number, at: Milestones, shares: Float64Array): void {
  roleShares(count, FULL_PATH_ROLE, [0, at.leadCreation, at.opportunityCreation, at.closedWon], shares);
}

/** A touch in several roles has the shares of all; where a role or all others are missing, the rest is scaled to 1. */
function roleShares(count: number, perRole: number, roles: readonly number[], shares: Float64Array): void {
  shares.fill(0, 0, count);
  let given = 0;
  for (const touch of roles) {
    if (touch < 0) continue;
    shares[touch] = (shares[touch] ?? 0) + perRole;
    given += perRole;
  }
  let others = 0;
  for (let i = 0; i < count; i++) if (shares[i] === 0) others++;
  if (others > 0) given += OTHERS;
  for (let i = 0; i < count; i++) shares[i] = (shares[i] === 0 ? OTHERS / others : (shares[i] ?? 0)) / given;
}
