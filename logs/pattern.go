package logs

import "github.com/ecslocal/ecslocal/emulator/lazyregexp"

// datetimeSequences are the regular expressions that the driver puts for the sequences of awslogs-datetime-format. The table is as
// it is in the engine: [1,2] matches a comma too, %j knows no day that ends in 0 below 100, %Z has to end in T, %L has its own dot.
var datetimeSequences = map[string]string{
	"%a": `(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)`,
	"%A": `(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)`,
	"%w": `[0-6]`,
	"%d": `(?:0[1-9]|[1,2][0-9]|3[0,1])`,
	"%b": `(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)`,
	"%B": `(?:January|February|March|April|May|June|July|August|September|October|November|December)`,
	"%m": `(?:0[1-9]|1[0-2])`,
	"%Y": `\d{4}`,
	"%y": `\d{2}`,
	"%H": `(?:[0,1][0-9]|2[0-3])`,
	"%I": `(?:0[0-9]|1[0-2])`,
	"%p": `[A,P]M`,
	"%M": `[0-5][0-9]`,
	"%S": `[0-5][0-9]`,
	"%f": `\d{6}`,
	"%z": `[+-]\d{4}`,
	"%Z": `[A-Z]{1,4}T`,
	"%j": `(?:0[0-9][1-9]|[1,2][0-9][0-9]|3[0-5][0-9]|36[0-6])`,
	"%L": `\.\d{3}`,
}

var datetimeSequence = lazyregexp.New("%.")

// DatetimePattern is the regular expression that the driver makes of awslogs-datetime-format: sequences it does not know vanish,
// everything else stays as it is, regular expression syntax included.
func DatetimePattern(format string) string {
	return datetimeSequence().ReplaceAllStringFunc(format, func(sequence string) string { return datetimeSequences[sequence] })
}
