#!/usr/bin/env bash
# Installs the services that the full tests need: PostgreSQL for the journal, Chromium for the pages,
# Elasticsearch (with a JDK) for search, Apache Jena Fuseki for the graph, Keycloak for signing in.
# As root on Debian or Ubuntu it installs what is missing; elsewhere it names what is missing.
set -euo pipefail

# -- Elasticsearch: a test server out of the Maven repository, kept outside the project -----------
# tests/fixtures/elasticsearch.py looks in the same places.
es_version=9.5.0
es_sha512=c06bd4ef7691da91052cada7bb255b2d7c48a1422820a8db0e3e3a1ed0dde4e8d380cdbadeb7029cc56167b9ad3a6d89f6b8edbc48d4b8685d1ab24a7ab17dd5
if [ "$(id -u)" = 0 ]; then
  # The server refuses root, and nobody else may look into root's home.
  cache=/var/cache/shanghai-data-atlas
else
  cache=${XDG_CACHE_HOME:-$HOME/.cache}/shanghai-data-atlas
fi
es_home=$cache/elasticsearch-$es_version

# -- Apache Jena Fuseki: one runnable jar, in the same place ---------------------------------------
# tests/fixtures/fuseki.py looks for it there.
fuseki_version=5.6.0
fuseki_sha512=6892853e217afde119f9237ad424033c4d309ec7129bed344d0199ad6e233d9f166610e2040abd42b739ecbe120c4638f2b69ecf1576872669a3403c3391f691
fuseki_jar=$cache/jena-fuseki-server-$fuseki_version.jar

# -- Keycloak: built once for a database in memory, which starts three times as quickly ------------
# tests/fixtures/keycloak.py looks for it there.
keycloak_version=26.7.3
keycloak_sha512=15c764765576eef267cf15cc5225a5826b5394a25a83d9bfa5b8544e4bbba690cb743c9d384200b93bb71ee4c4a328e1dd8c0a00f822fd3e6e154f14b1e47216
keycloak_home=$cache/keycloak-$keycloak_version

# Prints the path of a file of the Maven repository, fetched into a folder.
fetch() { # folder, artifact, name of the file
  mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.6.1:get \
    -Dtransitive=false -Dartifact="$2" -Dmaven.repo.local="$1/repository" >&2
  find "$1/repository" -name "$3"
}

# Elasticsearch 9 needs Java 21, and the whole of it: runtimes cut down by jlink lack modules.
find_jdk() { # prints its folder
  local home
  for home in "${ES_JAVA_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/*; do
    [ -x "$home/bin/jlink" ] && [ -f "$home/release" ] &&
      grep -Eq '^JAVA_VERSION="(2[1-9]|[3-9][0-9])' "$home/release" && echo "$home" && return 0
  done
  return 1
}

missing=()
compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null || command -v initdb >/dev/null || missing+=(postgresql)
command -v chromium >/dev/null || command -v chromium-browser >/dev/null || missing+=(chromium fonts-wqy-microhei)
need_jdk=no
find_jdk >/dev/null || need_jdk=yes
{ [ -x "$es_home/bin/elasticsearch" ] && [ -f "$fuseki_jar" ] && [ -d "$keycloak_home" ]; } ||
  command -v mvn >/dev/null || missing+=(maven)

if [ ${#missing[@]} -gt 0 ] || [ $need_jdk = yes ]; then
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    if [ $need_jdk = yes ]; then
      for package in openjdk-25-jdk-headless openjdk-21-jdk-headless; do
        if [ -n "$(apt-cache madison $package)" ]; then
          missing+=("$package")
          need_jdk=no
          break
        fi
      done
    fi
    # No cluster of the system's own: the tests make theirs and throw it away.
    mkdir -p /etc/postgresql-common/createcluster.d
    echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/no-main.conf
    if [ ${#missing[@]} -gt 0 ]; then
      apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    fi
  else
    [ $need_jdk = no ] || missing+=("a JDK of version 21 or newer")
    need_jdk=no
    echo "The full tests need: ${missing[*]}. Install them and run \`make test\` again," >&2
    echo "or run \`make check\`, which needs none of them." >&2
    exit 3
  fi
  if [ $need_jdk = yes ]; then
    echo "The full tests need a whole JDK of version 21 or newer, and this system has no package of" >&2
    echo "one: install one and name it in ES_JAVA_HOME, or run \`make check\`, which needs none." >&2
    exit 3
  fi
fi

if [ ! -x "$es_home/bin/elasticsearch" ]; then
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/elasticsearch-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  artifact=org.elasticsearch.distribution.integ-test-zip:elasticsearch:$es_version:zip
  archive=$(fetch "$work" $artifact "elasticsearch-$es_version.zip")
  echo "$es_sha512  $archive" | sha512sum --check --quiet
  python3 -m zipfile -e "$archive" "$work"
  # Python's unzip leaves out who may run a file.
  chmod -R a+rX "$work/elasticsearch-$es_version" "$work"
  chmod a+x "$work/elasticsearch-$es_version"/bin/elasticsearch*
  # Whole or not at all; another run may have been quicker.
  mv -T "$work/elasticsearch-$es_version" "$es_home" 2>/dev/null || [ -x "$es_home/bin/elasticsearch" ]
fi

if [ ! -f "$fuseki_jar" ]; then
  mkdir -p "$cache"
  jar_work=$(mktemp -d "$cache/fuseki-XXXXXX")
  trap 'rm -rf "${work:-}" "$jar_work"' EXIT
  artifact=org.apache.jena:jena-fuseki-server:$fuseki_version
  jar=$(fetch "$jar_work" $artifact "jena-fuseki-server-$fuseki_version.jar")
  echo "$fuseki_sha512  $jar" | sha512sum --check --quiet
  chmod a+r "$jar"
  mv -T "$jar" "$fuseki_jar"
fi

if [ ! -d "$keycloak_home" ]; then
  mkdir -p "$cache"
  keycloak_work=$(mktemp -d "$cache/keycloak-XXXXXX")
  trap 'rm -rf "${work:-}" "${jar_work:-}" "$keycloak_work"' EXIT
  artifact=org.keycloak:keycloak-quarkus-dist:$keycloak_version:zip
  archive=$(fetch "$keycloak_work" $artifact "keycloak-quarkus-dist-$keycloak_version.zip")
  echo "$keycloak_sha512  $archive" | sha512sum --check --quiet
  python3 -m zipfile -e "$archive" "$keycloak_work"
  chmod a+x "$keycloak_work/keycloak-$keycloak_version/bin/kc.sh"
  JAVA_HOME=$(find_jdk) "$keycloak_work/keycloak-$keycloak_version/bin/kc.sh" \
    build --db=dev-mem --cache=local >/dev/null
  chmod -R a+rX "$keycloak_work/keycloak-$keycloak_version"
  mv -T "$keycloak_work/keycloak-$keycloak_version" "$keycloak_home" 2>/dev/null || [ -d "$keycloak_home" ]
fi
