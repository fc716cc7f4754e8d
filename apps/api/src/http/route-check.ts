import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { controllersOf, routeProblems, routeTable } from './route.js';

/** Keeps the door shut while a route is undeclared: no scope, no description, or input without a schema. */
@Injectable()
export class RouteCheck implements OnApplicationBootstrap {
  constructor(@Inject(DiscoveryService) private readonly discovery: DiscoveryService) {}

  onApplicationBootstrap(): void {
    const problems = routeProblems(routeTable(controllersOf(this.discovery)));
    if (problems.length > 0)
      throw new Error(`The API cannot be opened:\n${problems.map((line) => `  ${line}`).join('\n')}`);
  }
}
