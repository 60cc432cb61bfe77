#!/usr/bin/env bash
# A standalone Spark on loopback out of pyspark's own jars: one master, two workers of one core.
#   cluster.sh start|stop|workers FOLDER PYTHON     FOLDER holds logs and process ids; start prints the master's URL
# The wheel of pyspark has no start-master.sh; spark-class runs the two classes itself.
set -euo pipefail
folder=$2
case $1 in
  start)
    python=$3
    mkdir -p "$folder"
    export SPARK_HOME SPARK_LOCAL_IP=127.0.0.1 SPARK_DAEMON_MEMORY=384m SPARK_LOCAL_DIRS="$folder/local" PYSPARK_PYTHON="$python"
    SPARK_HOME=$("$python" -c 'import os, pyspark; print(os.path.dirname(pyspark.__file__))')
    launch() { # NAME ARGUMENTS...
      name=$1
      shift
      nice -n 5 "$SPARK_HOME/bin/spark-class" "$@" >"$folder/$name.log" 2>&1 </dev/null &
      echo $! >"$folder/$name.pid"
    }
    wait_for() { # NAME TEXT
      for _ in $(seq 1800); do
        grep -q "$2" "$folder/$1.log" && return
        kill -0 "$(cat "$folder/$1.pid")" 2>/dev/null || break
        sleep 0.1
      done
      echo "$1 did not start: $folder/$1.log" >&2
      exit 1
    }
    launch master org.apache.spark.deploy.master.Master --host 127.0.0.1 --port 0 --webui-port 0
    wait_for master 'New state: ALIVE'
    url=$(grep -o 'spark://127.0.0.1:[0-9]*' "$folder/master.log" | head -1)
    for n in 1 2; do
      launch "worker$n" org.apache.spark.deploy.worker.Worker --host 127.0.0.1 --cores 1 --memory 2g --webui-port 0 --work-dir "$folder/work$n" "$url"
    done
    for n in 1 2; do wait_for "worker$n" 'Successfully registered'; done
    echo "$url"
    ;;
  workers) cat "$folder"/worker*.pid ;;
  stop)
    for file in "$folder"/*.pid; do
      kill "$(cat "$file")" 2>/dev/null || true
      rm -f "$file"
    done
    ;;
esac
