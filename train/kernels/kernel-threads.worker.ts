/** Worker entry of a kernel thread: loads the kernels over the memories it is given, then takes blocks until it is ended. */
import { parentPort, workerData } from 'node:worker_threads';
import { jobsAt } from './jobs.js';
import type { KernelThreadData } from './kernel-threads.js';
import { loadKernels } from './module.js';
import { workAt } from './parallel-for.js';

const { place, build, board, thread } = workerData as KernelThreadData;
const { kernels } = loadKernels(place.memory, { build });
parentPort?.postMessage('up');
workAt(board, jobsAt(kernels, place), thread);
