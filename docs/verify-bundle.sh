#!/bin/sh
# Checks an evidence bundle of Seaworthy, or a subset that was exported from one, without
# Seaworthy: with a POSIX shell, coreutils, gzip and openssl alone. docs/evidence.md explains it.
#
#   sh verify-bundle.sh RUN PUBLIC-KEY [RUN-BEFORE]
#
# RUN is the folder of the bundle, PUBLIC-KEY the PEM file of the key that you trust, which you have
# from somewhere else than the bundle. RUN-BEFORE is the bundle of the run that it follows, where you
# have it. TSA_CA=FILE names the certificates that are trusted for a time stamp, where there is one.
#
# It ends with 0 if the bundle is as it was sealed, by the holder of the key; otherwise with 1, and
# says on standard error what is wrong.

set -u
export LC_ALL=C

refuse() {
    echo "refused: $*" >&2
    exit 1
}

[ $# = 2 ] || [ $# = 3 ] || refuse "usage: verify-bundle.sh RUN PUBLIC-KEY [RUN-BEFORE]"
case $2 in /*) key=$2 ;; *) key=$PWD/$2 ;; esac
before=${3:-}
case $before in "" | /*) ;; *) before=$PWD/$before ;; esac
[ -f "$key" ] || refuse "there is no public key $key"
cd -- "$1" || refuse "there is no bundle $1"

work=$(mktemp -d) || refuse "no room for temporary files"
trap 'rm -rf "$work"' EXIT

# 1. Names. Only real files below real folders, with names that need no escapes: no links, no `..`.
walk() {
    for entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
        [ -e "$entry" ] || [ -L "$entry" ] || continue
        name=${entry##*/}
        case $name in *[!A-Za-z0-9._+-]*) refuse "a name that no bundle has, in $1" ;; esac
        [ ! -L "$entry" ] || refuse "$entry is a symbolic link"
        if [ -d "$entry" ]; then
            case ${entry#content/} in
            facts | results | blobs | blobs/sha256 | attestations | waivers) ;;
            commitments | commitments/facts | commitments/results) ;;
            *) refuse "added: the folder $entry" ;;
            esac
            walk "$entry"
        elif [ -f "$entry" ]; then
            echo "$entry"
        else
            refuse "$entry is no regular file"
        fi
    done
}
[ ! -L content ] && [ -d content ] || refuse "there is no folder content"
walk content >"$work/walked" || exit 1
sort "$work/walked" >"$work/there"
for entry in * .[!.]* ..?*; do
    [ -e "$entry" ] || [ -L "$entry" ] || continue
    [ ! -L "$entry" ] || refuse "$entry is a symbolic link"
    case $entry in
    content | exports | signoffs | .partial) [ -d "$entry" ] || refuse "$entry is no folder" ;;
    SHA256SUMS | run.sig | run.dsse.json | run.test-result.dsse.json | run.tsr | run.sigstore.json) ;;
    disclosed | export.json) [ -f export.json ] || refuse "$entry does not belong to a bundle" ;;
    *) refuse "$entry does not belong to a bundle" ;;
    esac
done

# 2. The signature over SHA256SUMS. From here on that file is what was signed.
[ -f SHA256SUMS ] || refuse "it is not sealed: SHA256SUMS is missing"
[ -f run.sig ] || refuse "it is not signed: run.sig is missing"
openssl dgst -sha256 -verify "$key" -signature run.sig SHA256SUMS >"$work/openssl" 2>&1 ||
    refuse "run.sig is not the signature of SHA256SUMS by this key"

# 3. The lines of SHA256SUMS: a digest, two spaces, a path below content; sorted, each once.
cut -c67- SHA256SUMS >"$work/listed"
sort -c -u "$work/listed" 2>/dev/null || refuse "SHA256SUMS is out of order or names a file twice"
while IFS= read -r line; do
    digest=${line%%  *} path=${line#*  }
    case $digest in *[!0-9a-f]*) refuse "SHA256SUMS has a line that is no digest" ;; esac
    [ ${#digest} = 64 ] || refuse "SHA256SUMS has a line that is no digest"
    case $path in
    *[!A-Za-z0-9._+/-]* | *//* | */ | */. | */./* | */.. | */../*) refuse "SHA256SUMS names a path that no bundle has" ;;
    content/*) ;;
    *) refuse "SHA256SUMS names $path, which is not below content" ;;
    esac
done <SHA256SUMS

# 4. Nothing added; in a whole bundle nothing removed; and every file has its digest.
added=$(comm -23 "$work/there" "$work/listed")
[ -z "$added" ] || refuse "added:" $added
if [ -f export.json ]; then
    [ ! -e content/commitments/salt.key ] || refuse "a subset must not hold the key of the salts"
    sha256sum --check --strict --quiet --ignore-missing SHA256SUMS >"$work/sums" 2>&1
else
    removed=$(comm -13 "$work/there" "$work/listed")
    [ -z "$removed" ] || refuse "removed:" $removed
    for path in run.json plan.json checklist.md targets.jsonl unassessed.jsonl commitments/salt.key; do
        [ -f "content/$path" ] || refuse "content/$path is missing"
    done
    sha256sum --check --strict --quiet SHA256SUMS >"$work/sums" 2>&1
fi || {
    [ ! -s "$work/there" ] || refuse "changed:" "$(head -n 3 "$work/sums")"
}
while IFS= read -r path; do
    case $path in *.gz) gzip -t "$path" 2>/dev/null || refuse "$path is no whole gzip file" ;; esac
    case $path in
    content/blobs/sha256/*)
        digest=$(sha256sum <"$path")
        [ "${digest%% *}" = "${path##*/}" ] || refuse "$path has not the digest that is its name"
        ;;
    esac
done <"$work/there"

# 5. The version: this script knows seaworthy.run/v1.
if [ -f content/run.json ]; then
    case $(head -n 2 content/run.json) in
    *'"schema": "seaworthy.run/v1"'*) ;;
    *) refuse "content/run.json is of a version that this script does not know" ;;
    esac
fi

# 6. The envelopes (DSSE): their payload is about this SHA256SUMS, and signed with the same key.
sums=$(sha256sum <SHA256SUMS)
sums=${sums%% *}
field() { # FILE NAME: the text of the one field of that name, one field on each line
    while IFS= read -r line; do
        case $line in *"\"$2\": \""*) line=${line#*"\"$2\": \""} && echo "${line%%\"*}" ;; esac
    done <"$1"
}
for envelope in run.dsse.json run.test-result.dsse.json; do
    # A subset comes without the list of all items.
    [ "$envelope" = run.dsse.json ] || [ ! -f export.json ] || [ -f "$envelope" ] || continue
    [ -f "$envelope" ] || refuse "$envelope is missing"
    type=$(field "$envelope" payloadType)
    field "$envelope" payload | base64 -d >"$work/payload" 2>/dev/null || refuse "$envelope holds no payload"
    field "$envelope" sig | base64 -d >"$work/sig" 2>/dev/null || refuse "$envelope holds no one signature"
    printf 'DSSEv1 %d %s %d ' ${#type} "$type" "$(wc -c <"$work/payload")" >"$work/signed"
    cat "$work/payload" >>"$work/signed"
    openssl dgst -sha256 -verify "$key" -signature "$work/sig" "$work/signed" >"$work/openssl" 2>&1 ||
        refuse "$envelope is not signed with this key"
    case $(cat "$work/payload") in
    *'"subject":[{"name":"SHA256SUMS","digest":{"sha256":"'"$sums"'"}}]'*) ;;
    *) refuse "$envelope is about another SHA256SUMS" ;;
    esac
done
# The Sigstore bundle, where there is one, holds the envelope of run.dsse.json and no other.
if [ -f run.sigstore.json ]; then
    for name in payloadType payload sig; do
        [ "$(field run.sigstore.json "$name")" = "$(field run.dsse.json "$name")" ] ||
            refuse "run.sigstore.json holds another envelope than run.dsse.json"
    done
fi

# 7. The time stamp (RFC 3161), where there is one and you trust its authority.
if [ -f run.tsr ]; then
    if [ -n "${TSA_CA:-}" ]; then
        openssl ts -verify -data SHA256SUMS -in run.tsr -CAfile "$TSA_CA" >"$work/openssl" 2>&1 ||
            refuse "run.tsr is no time stamp of SHA256SUMS by a trusted authority"
    else
        echo "note: run.tsr was not checked; TSA_CA=FILE names the authority's certificates" >&2
    fi
fi

# 8. A subset: each record that it shows is one that was sealed.
disclosed() { # KIND: facts or results
    for file in "disclosed/$1"/*; do
        [ -e "$file" ] || continue
        [ ! -L "$file" ] && [ -f "$file" ] || refuse "$file is no regular file"
        shard=${file##*/}
        list=content/commitments/$1/${shard%.txt}.txt.gz
        [ -f "$list" ] || refuse "$list is missing"
        gzip -dc "$list" >"$work/list"
        [ "$(tail -c 1 "$file" | od -An -tx1)" = " 0a" ] || refuse "$file is cut short"
        count=$(wc -l <"$file") at=0 last=0
        while [ "$at" -lt "$count" ]; do
            at=$((at + 1))
            tail -n "+$at" "$file" | head -n 1 >"$work/line"
            number=$(cut -d ' ' -f 1 "$work/line")
            case $number in "" | 0* | *[!0-9]*) refuse "line $at of $file is no record" ;; esac
            [ "$number" -gt "$last" ] || refuse "line $at of $file is out of order"
            last=$number
            sealed=$(tail -n "+$number" "$work/list" | head -n 1)
            found=$(cut -d ' ' -f 2- "$work/line" | sha256sum)
            [ "${found%% *}" = "$sealed" ] || refuse "line $at of $file is not the record that was sealed"
        done
    done
}
if [ -f export.json ]; then
    disclosed facts
    disclosed results
fi

# 9. The chain: the run before this one is the one that it names.
if [ -n "$before" ]; then
    digest=$(sha256sum <"$before/SHA256SUMS") || refuse "$before is not sealed"
    case $(cat content/run.json) in
    *'"previous": {'*'"digest": "sha256:'"${digest%% *}"'"'*) ;;
    *) refuse "it does not follow the run in $before" ;;
    esac
fi

echo "accepted: SHA256SUMS $sums, $(wc -l <"$work/there") files"
