# Measures the commands that CI runs, and stores their duration in seconds, by commit.
set -eu
commit=$(git -C /program rev-parse --short HEAD)
for command in synth plan check; do
    start=$(date +%s.%N)
    iac "$command" >/dev/null
    seconds=$(echo "$(date +%s.%N) - $start" | bc)
    aws cloudwatch put-metric-data --namespace lessons/benchmarks --metric-name "$command" --unit Seconds --value "$seconds"
    echo "$(date --iso-8601=seconds),$commit,$command,$seconds" >>/tmp/figures.csv
done
aws s3 cp /tmp/figures.csv "s3://$RESULTS/benchmarks/$(date +%F)-$commit.csv"
aws events put-events --entries "[{\"Source\": \"lessons.benchmarks\", \"DetailType\": \"$commit\", \"Detail\": \"{}\"}]"
