/** Loading another generation and going back, for whoever runs the server. */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Type } from 'typebox';
import { PinwalkError } from '../../data/errors.js';
import type { App } from '../app.js';
import type { Generations } from '../generations/generations.js';
import { sendProblem } from '../problems.js';

const answer = Type.Object(
  { requestId: Type.String(), generation: Type.String({ description: 'served from now on' }), isNew: Type.Boolean() },
  { title: 'Swap' },
);

const config = { scope: 'admin' as const };

/** Adds `POST /v1/generations` and `POST /v1/generations/rollback`. */
export function generationRoutes(app: App, generations: Generations): void {
  const swap = async (request: FastifyRequest, reply: FastifyReply, load: () => Promise<boolean>) => {
    try {
      const isNew = await load();
      return await reply.send({ requestId: request.id, generation: generations.current.id, isNew });
    } catch (error) {
      if (!(error instanceof PinwalkError) || error.code === 'NOT_FOUND') throw error;
      return sendProblem(request, reply, { code: error.code, detail: error.message, status: 422 });
    }
  };
  app.post(
    '/v1/generations',
    {
      config,
      schema: {
        operationId: 'loadGeneration',
        summary: 'Load the file that is followed now',
        tags: ['server'],
        response: { 200: answer },
      },
    },
    (request, reply) =>
      swap(request, reply, () => {
        const { newest } = generations;
        if (!newest) throw new PinwalkError('NOT_FOUND', 'generations: a file must be followed (got none)');
        return generations.loadAsked(newest);
      }),
  );
  app.post(
    '/v1/generations/rollback',
    {
      config,
      schema: {
        operationId: 'rollBackGeneration',
        summary: 'Serve the generation before again',
        tags: ['server'],
        response: { 200: answer },
      },
    },
    (request, reply) =>
      swap(request, reply, () => {
        generations.rollback();
        return Promise.resolve(true);
      }),
  );
}
