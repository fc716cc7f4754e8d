import { Module } from '@nestjs/common';
import { Renderer } from './renderer.js';

/** The one thread of a process that renders, whoever asks. */
@Module({ providers: [Renderer], exports: [Renderer] })
export class RenderingModule {}
