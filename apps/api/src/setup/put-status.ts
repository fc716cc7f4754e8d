import { HttpStatus } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import type { Put } from '#lib/consent';

/** Answers 201 for something new and 200 for what was there, and hands the value on. */
export function withStatus<T>({ value, created }: Put<T>, reply: FastifyReply): T {
  reply.status(created ? HttpStatus.CREATED : HttpStatus.OK);
  return value;
}
