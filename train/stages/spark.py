"""The thin file between Spark and Node, run by `pinwalk spark submit` with a job as JSON in the environment variable PINWALK_JOB.

Joins, dedupes, counts and sorts are Spark's own; walking, embedding and ranking are one Node child per task behind mapInArrow, with
Arrow IPC on its standard input and output. A child's last batch is a trailer with the rows it read and wrote: without it, or with other
counts, the task fails and Spark tries again. A poison row fails the job at once: the task ends well and says so in a note, since Spark
would try a failed one four times. Every table is written before the next is made, so a lost executor costs no more than its tasks.
"""
import json, os, subprocess, sys, tempfile, threading, time

import pyarrow as pa


class Child:
    """A Node process for one task of one child command."""

    def __init__(self, command, task, where):
        self.where = where
        self.errors = tempfile.TemporaryFile()
        told = {'PINWALK_CHILD': json.dumps(task), **{f'PINWALK_{key.upper()}': str(value) for key, value in where.items()}}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, env={**os.environ, **told})

    def feed(self, streams):
        """Writes streams of batches, each a pair of its schema and an iterator, in a thread; counts rows."""
        self.sent, self.upstream = 0, None

        def run():
            try:
                for schema, batches in streams:
                    with pa.ipc.new_stream(self.process.stdin, schema) as writer:
                        for batch in batches:
                            self.sent += batch.num_rows
                            writer.write_batch(batch)
                self.process.stdin.close()
            except BrokenPipeError:
                pass  # the reader finds no trailer and says why
            except BaseException as error:  # of what is upstream: the child is told no end, and the reader raises it
                self.upstream = error
                self.process.kill()

        self.thread = threading.Thread(target=run, daemon=True)
        self.thread.start()

    def batches(self):
        """Batches with rows; `self.trailer` is set once all are read and counted."""
        got, self.trailer = 0, None
        try:
            with pa.ipc.open_stream(self.process.stdout) as reader:
                while True:
                    batch, metadata = reader.read_next_batch_with_custom_metadata()
                    if metadata and b'trailer' in metadata:
                        self.trailer = json.loads(metadata[b'trailer'])
                    else:
                        got += batch.num_rows
                        yield batch
        except StopIteration:
            pass
        except (pa.ArrowInvalid, OSError) as error:
            self.fail(f'no whole Arrow stream: {error}')
        if self.trailer is None:
            self.fail(f'ended without a trailer after {got} rows')
        self.thread.join()
        read, written = self.trailer['rowsIn'], self.trailer['rowsOut']
        if (read, written) != (self.sent, got):
            self.fail(f'{self.sent} rows sent, {read} read; {written} written, {got} got')
        if self.process.wait() != 0:
            self.fail('ended with an error after its trailer')

    def fail(self, reason):
        self.process.kill()
        exit_code = self.process.wait()
        self.thread.join(5)
        if self.upstream:
            raise self.upstream
        self.errors.seek(0)
        text = self.errors.read()[-4000:].decode('utf8', 'replace').strip()
        try:
            told = json.loads(text.splitlines()[-1])
        except (ValueError, IndexError):
            told = {'row': None, 'message': text}
        raise StageError({**told, **self.where, 'reason': reason, 'exit': exit_code})

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()


class StageError(RuntimeError):
    """What a child said, as JSON; with a row it is a poison row."""

    def __init__(self, told):
        super().__init__('pinwalk stage failed: ' + json.dumps(told))
        self.told = told

    def __reduce__(self):
        return StageError, (self.told,)


def through_child(command, task, columns):
    """A function for mapInArrow: rows through a child, then a row whose only value is a note, the child's trailer or a poison row."""

    def stage(batches):
        from pyspark import SparkFiles, TaskContext
        context = TaskContext.get()
        batches = iter(batches)
        first = next(batches, None)
        if first is None:
            return  # an empty partition starts no process
        where = {'partition': context.partitionId(), 'attempt': context.attemptNumber()}
        job = {key: SparkFiles.get(value) if key.endswith('File') else value for key, value in task.get('job', {}).items()}
        child = Child(command, {**task, **({'job': job} if job else {})}, where)

        def all_batches():
            yield first
            yield from batches

        try:
            child.feed([(first.schema, all_batches())])
            try:
                for batch in child.batches():
                    yield pa.record_batch([*(batch.columns if columns else []), pa.nulls(batch.num_rows, pa.string())], names=[*columns, 'note'])
                note = {'trailer': child.trailer}
            except StageError as error:
                if error.told.get('row') is None:
                    raise
                note = {'poison': error.told}
            yield pa.RecordBatch.from_pylist([{'note': json.dumps(note)}], schema=pa.schema([*columns.items(), ('note', pa.string())]))
        finally:
            child.close()

    return stage


ARROW = {'int': pa.int32(), 'float': pa.float32(), 'double': pa.float64(), 'text': pa.string(),
         'ints': pa.list_(pa.field('element', pa.int32())), 'floats': pa.list_(pa.field('element', pa.float32()))}
DDL = {'int': 'int', 'float': 'float', 'double': 'double', 'text': 'string', 'ints': 'array<int>', 'floats': 'array<float>'}


class Batch:
    """One job: its tables, each made by Spark or by children and kept as Parquet under `out`."""

    def __init__(self, job):
        from pyspark.sql import SparkSession
        self.job, self.out, self.parts = job, job['out'].rstrip('/'), job['partitions']
        self.local = tempfile.mkdtemp(prefix='pinwalk-')
        self.manifest, self.stages = {}, []
        os.environ['PYSPARK_PYTHON'] = sys.executable  # the driver's variable decides for executors too
        builder = SparkSession.builder.master(job['master']).appName('pinwalk')
        for key, value in {'spark.ui.showConsoleProgress': 'false', 'spark.sql.shuffle.partitions': self.parts, **job['conf']}.items():
            builder = builder.config(key, value)
        self.spark = builder.getOrCreate()
        self.spark.sparkContext.setLogLevel('ERROR')

    def path(self, name):
        return f'{self.out}/{name}'

    def read(self, name):
        return self.spark.read.parquet(self.path(name))

    def write(self, name, frame, notes=False):
        """Writes a table; of rows with notes, the notes are taken out on the way and returned."""
        from pyspark.sql import Observation, functions as F
        start = time.time()
        if notes:
            seen = Observation()
            frame = frame.observe(seen, F.collect_list('note').alias('notes')).where('note is null').drop('note')
        frame.write.mode('overwrite').parquet(self.path(name))
        told = [json.loads(note) for note in seen.get['notes']] if notes else []
        trailers = self.check(told)
        self.log(name, start, trailers)
        return trailers

    def check(self, told):
        poison = [note['poison'] for note in told if 'poison' in note]
        if poison:
            raise StageError(poison[0])
        return [note['trailer'] for note in told]

    def log(self, name, start, trailers=()):
        entry = {'stage': name, 'seconds': round(time.time() - start, 2), 'children': len(trailers)}
        if trailers:
            entry['cpuMs'] = sum(trailer['cpuMs'] for trailer in trailers)
            entry['peakRssBytes'] = max(trailer['peakRssBytes'] for trailer in trailers)
        self.stages.append(entry)
        print(json.dumps(entry), file=sys.stderr, flush=True)

    def mapped(self, frame, task, table):
        """A frame through children, a note row from each."""
        kinds = self.job['tables'][table]['columns'] if task['do'] == 'rows' else {}
        ddl = ', '.join([*(f'{name} {DDL[kind]}' for name, kind in kinds.items()), 'note string'])
        return frame.mapInArrow(through_child(self.job['child'], task, {name: ARROW[kind] for name, kind in kinds.items()}), ddl)

    def digest(self, name):
        """Rows and sha256 in key order: one task, since a hash is one chain."""
        from pyspark.sql import functions as F
        start, table = time.time(), self.job['tables'][name]
        frame = self.read(name).select(*table['columns'])
        if 'savedAt' in table['columns']:
            frame = frame.withColumn('savedAt', F.coalesce('savedAt', F.lit(float('nan'))))
        one = frame.repartition(1).sortWithinPartitions(*table['key'])
        trailers = self.check([json.loads(row.note) for row in self.mapped(one, {'do': 'digest', 'table': name}, name).collect()])
        empty = {'rowsIn': 0, 'sha256': self.job['emptySha256']}
        trailer = trailers[0] if trailers else empty
        self.manifest[name] = {'rows': trailer['rowsIn'], 'sha256': trailer['sha256']}
        self.log(f'digest {name}', start, trailers)

    def collect(self, task, frames):
        """Whole tables through a child beside the driver, which writes one file."""
        child = Child(self.job['child'], task, {'partition': 'driver', 'attempt': 0})
        try:
            tables = [frame.toArrow() for frame in frames]
            child.feed([(table.schema, iter(table.to_batches(max_chunksize=65536))) for table in tables])
            for _ in child.batches():
                pass
        finally:
            child.close()
        return task['file']

    def saves(self):
        from pyspark.sql import functions as F
        raw = self.spark.read.parquet(*self.job['saves'])
        types = dict(raw.dtypes)
        time_type = types.get('savedAt')
        saved_at = (F.lit(None).cast('double') if time_type is None
                    else F.unix_micros(F.col('savedAt').cast('timestamp')) / 1000 if time_type.startswith('timestamp') else F.col('savedAt').cast('double'))
        saved_at = F.when(F.isnan(saved_at), F.lit(None)).otherwise(saved_at)
        weight = F.col('weight').cast('double') if 'weight' in types else F.lit(1.0)
        rows = raw.select(F.col('board').cast('string').alias('board'), F.col('pin').cast('string').alias('pin'), saved_at.alias('savedAt'), weight.alias('weight'))
        rows = rows.where("board is not null and pin is not null and board != '' and pin != ''")
        total = F.sum('weight') if 'weight' in types else F.lit(1.0)
        merged = rows.groupBy('board', 'pin').agg(F.min('savedAt').alias('savedAt'), total.cast('float').alias('weight'))
        self.write('saves', merged)

    def pruned(self):
        """Maximums by the degrees in the input, then minimums until nothing goes any more."""
        bounds, kept = self.job['bounds'], self.read('saves')

        def within(frame, name, condition):
            wanted = frame.groupBy(name).count().where(condition).select(name)
            return frame.join(wanted, name, 'left_semi')

        sides = (('pin', 'Pin'), ('board', 'Board'))
        given = kept
        for name, word in sides:
            most = bounds.get(f'max{word}Degree')
            if most is not None:
                wanted = given.groupBy(name).count().where(f'count <= {most}').select(name)
                kept = kept.join(wanted, name, 'left_semi')
        columns = list(self.job['tables']['saves']['columns'])
        self.write('pruned', kept.select(*columns))
        least = {name: bounds.get(f'min{word}Degree', 0) for name, word in sides}
        if not any(least.values()):
            return
        for turn in range(10000):
            kept = self.read('pruned' if turn == 0 else f'_pruned-{turn % 2}')
            before = kept.count()
            for name, degree in least.items():
                kept = within(kept, name, f'count >= {degree}')
            self.write(f'_pruned-{(turn + 1) % 2}', kept.select(*columns))
            if self.read(f'_pruned-{(turn + 1) % 2}').count() == before:
                break
        self.write('pruned', self.read(f'_pruned-{(turn + 1) % 2}'))

    def numbered(self, name):
        """Ids in the order of their bytes, numbered from 0. The ranges are written first: their cuts are drawn anew at every action."""
        from pyspark.sql import Window, functions as F
        ranged = self.read('pruned').select(name).distinct().repartitionByRange(self.parts, name).withColumn('part', F.spark_partition_id())
        self.write(f'_ids-{name}', ranged)
        ranged, at, starts = self.read(f'_ids-{name}'), 0, []
        for row in sorted(ranged.groupBy('part').count().collect()):
            starts.append((row.part, at))
            at += row['count']
        start = F.element_at(F.create_map(*[F.lit(x) for pair in starts for x in pair]), F.col('part')) if starts else F.lit(0)
        row = F.row_number().over(Window.partitionBy('part').orderBy(name)) - 1 + start
        self.write(f'{name}s', ranged.select(row.cast('int').alias(name), F.col(name).alias('id')))
        return at

    def edges(self):
        from pyspark.sql import functions as F
        kept = self.read('pruned').select(F.col('board').alias('b'), F.col('pin').alias('p'), 'weight')
        boards, pins = self.read('boards').withColumnRenamed('id', 'b'), self.read('pins').withColumnRenamed('id', 'p')
        self.write('edges', kept.join(boards, 'b').join(pins, 'p').select('board', 'pin', 'weight'))

    def file(self, name, task, frames):
        """One file by a child beside the driver, for every executor to fetch."""
        start = time.time()
        path = self.collect({**task, 'file': f'{self.local}/{name}'}, frames)
        self.spark.sparkContext.addFile(path)
        self.log(name, start)
        return path

    def keep(self, path):
        """A file of the driver beside the tables, on whatever file system they are on."""
        jvm, conf = self.spark.sparkContext._jvm, self.spark.sparkContext._jsc.hadoopConfiguration()
        target = jvm.org.apache.hadoop.fs.Path(f'{self.out}/{os.path.basename(path)}')
        system = target.getFileSystem(conf)
        system.setWriteChecksum(False)
        system.copyFromLocalFile(False, True, jvm.org.apache.hadoop.fs.Path(f'file://{path}'), target)

    def clean(self):
        jvm, conf = self.spark.sparkContext._jvm, self.spark.sparkContext._jsc.hadoopConfiguration()
        for name in ('_pruned-0', '_pruned-1', '_ids-pin', '_ids-board'):
            target = jvm.org.apache.hadoop.fs.Path(self.path(name))
            target.getFileSystem(conf).delete(target, True)

    def run(self):
        stages, options = self.job['stages'], self.job['options']
        self.saves()
        self.pruned()
        pin_count = self.numbered('pin')
        self.numbered('board')
        self.edges()
        graph = self.file('graph.sqlite', {'do': 'graph'}, [self.read('pins').select('pin', 'id'), self.read('boards').select('board', 'id'),
                                                          self.read('edges').select('board', 'pin', 'weight')])
        job = {'options': options, 'graphFile': 'graph.sqlite'}
        made = ['saves', 'pruned', 'pins', 'boards', 'edges']

        def stage(table, frame, task_job):
            if table not in made:
                made.append(table)
            self.write(table, self.mapped(frame, {'do': 'rows', 'table': table, 'job': task_job}, table), notes=True)

        def pins():
            return self.spark.range(0, pin_count, 1, self.parts).selectExpr('cast(id as int) as pin')

        vectors_wanted = {'embeddings', 'related', 'generation'} & set(stages)
        if vectors_wanted or 'neighborhoods' in stages:
            stage('neighborhoods', pins(), job)
        if vectors_wanted:
            below = job
            for layer in range(1, options['layers'] + 1):
                rows = self.read('neighborhoods').repartition(self.parts).select('pin', 'neighbors', 'weights')
                stage('embeddings', rows, below)
                vectors = self.file(f'vectors-{layer}.f32', {'do': 'vectors'}, [self.read('embeddings').select('pin', 'vector')])
                below = {**job, 'vectorFile': os.path.basename(vectors)}
            if {'related', 'generation'} & set(stages):
                stage('related', pins(), below)
            if 'generation' in stages:
                task = {'do': 'generation', 'job': {**job, 'graphFile': graph, 'vectorFile': vectors}, **({'titles': self.job['titles']} if self.job.get('titles') else {})}
                start = time.time()
                self.keep(self.collect({**task, 'file': f'{self.local}/pinwalk.sqlite'}, [self.read('related').select('pin', 'pins', 'scores')]))
                self.log('pinwalk.sqlite', start)
        for table in made:
            self.digest(table)
        with open(f'{self.local}/manifest.json', 'w') as file:
            file.write(json.dumps(self.manifest, indent=2) + '\n')
        self.keep(f'{self.local}/manifest.json')
        self.clean()


def main():
    import shutil
    batch = Batch(json.loads(os.environ['PINWALK_JOB']))
    try:
        batch.run()
        print(json.dumps({'manifest': batch.manifest, 'stages': batch.stages}))
    except Exception as error:
        text = str(error)
        lines = [line for line in text.splitlines() if 'pinwalk stage failed: ' in line]
        print(lines[-1] if lines else text, file=sys.stderr, flush=True)
        sys.exit(3)
    finally:
        batch.spark.stop()
        shutil.rmtree(batch.local, ignore_errors=True)


if __name__ == '__main__':
    main()
