@rem The npm scripts say exec, so that signals reach Node and not a shell. The shell of Windows has none and finds this: it runs what follows.
@%*
