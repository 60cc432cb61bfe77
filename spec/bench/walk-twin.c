/* The walk kernel's twin in C: 16 walkers in lock-step over compressed rows, the same generator and the same draws.
   walk-twin FILE PINS BOARDS SAVES WALKS ROUNDS: prints hop pairs a second of processor time, and a sum over visits. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define LANES 16

static uint32_t a = 11, b = 22, c = 33, d = 44;

static inline uint32_t rotate(uint32_t x, int k) { return (x << k) | (x >> (32 - k)); }

static inline uint32_t draw(void) {
  uint32_t bits = rotate(b * 5, 7) * 9, t = b << 9;
  c ^= a, d ^= b, b ^= c, a ^= d, c ^= t, d = rotate(d, 11);
  return bits;
}

static inline uint32_t below(uint32_t n) { return ((uint64_t)draw() * n) >> 32; }

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

int main(int count, char **words) {
  if (count != 7) return 2;
  long pins = atol(words[2]), boards = atol(words[3]), saves = atol(words[4]), walks = atol(words[5]), rounds = atol(words[6]);
  size_t length = pins + 1 + boards + 1 + 2 * saves;
  uint32_t *all = malloc(4 * length);
  FILE *file = fopen(words[1], "rb");
  if (!all || !file || fread(all, 4, length, file) != length) return 1;
  fclose(file);
  const uint32_t *pinOffsets = all, *boardOffsets = pinOffsets + pins + 1;
  const uint32_t *pinNeighbors = boardOffsets + boards + 1, *boardNeighbors = pinNeighbors + saves;
  uint32_t *visits = calloc(pins, 4), *visited = malloc(4 * pins);
  uint32_t p[LANES], o[LANES], n[LANES], start = 1;
  uint64_t sum = 0;
  double began = seconds();
  for (long walk = 0; walk < walks; walk++) {
    start = (start * 1103515245u + 12345u);
    uint32_t from = ((uint64_t)start * pins) >> 32, distinct = 0;
    visits[from] = 1u << 30;
    for (int w = 0; w < LANES; w++) p[w] = from;
    for (long round = 0; round < rounds; round++) {
      for (int w = 0; w < LANES; w++) {
        if ((int32_t)draw() < 0) p[w] = from;
        o[w] = pinOffsets[p[w]], n[w] = pinOffsets[p[w] + 1] - o[w];
      }
      for (int w = 0; w < LANES; w++) p[w] = pinNeighbors[o[w] + below(n[w])];
      for (int w = 0; w < LANES; w++) o[w] = boardOffsets[p[w]], n[w] = boardOffsets[p[w] + 1] - o[w];
      for (int w = 0; w < LANES; w++) p[w] = boardNeighbors[o[w] + below(n[w])];
      for (int w = 0; w < LANES; w++) if (++visits[p[w]] == 1) visited[distinct++] = p[w];
    }
    visits[from] = 0;
    for (uint32_t i = 0; i < distinct; i++) sum += (uint64_t)visited[i] * visits[visited[i]], visits[visited[i]] = 0;
  }
  printf("%.0f %llu\n", walks * rounds * LANES / (seconds() - began), (unsigned long long)(sum % 1000000007));
  return 0;
}
