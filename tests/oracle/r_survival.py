"""Stays of a few people and what R makes of them: R 4.2.2 with survival 3.5.3 and etm 1.1.1.

x holds one group, row = seq_len(nrow(x)), t = c(2, 4, 6, 8). Of each group there is a row per cause, a column per time.

ESTIMATE, ROBUST: summary(survfit(Surv(entry, month, factor(cause)) ~ 1, data=x, id=row, weights=weight), times=t)
CLUSTERED: f <- survfit(Surv(entry, month, factor(cause)) ~ 1, data=x, id=row, weights=weight, influence=TRUE)
    sqrt(colSums(rowsum(x$weight * f$influence.pstate[, 1 + findInterval(t, f$time), 1 + cause], x$person)^2))
AALEN: f <- etm(data.frame(id=x$row, from=0, to=ifelse(x$cause == 0, "cens", x$cause), entry=x$entry, exit=x$month),
    c("0", "1", "2"), matrix(c(F, T, T, F, F, F, F, F, F), 3, 3, byrow=TRUE), "cens", s=0); sqrt(f$cov["0 1", "0 1", ])
RETENTION: summary(survfit(Surv(entry, month, cause > 0) ~ 1, data=x, cluster=person, weights=weight, robust=TRUE),
    times=t)$std.err
"""

from __future__ import annotations

import numpy as np

# Sixteen stays of eleven people in two groups: person, group, entry, month, cause, weight.
MADE = np.array([
    (1, 0, 0, 3, 1, 1), (1, 0, 0, 7, 2, 2), (2, 0, 0, 3, 2, 1), (3, 0, 2, 6, 1, 1.5), (4, 0, 0, 5, 0, 1),
    (4, 1, 0, 2, 1, 1), (5, 0, 1, 6, 1, 2), (6, 0, 0, 8, 0, 1), (7, 1, 0, 2, 2, 3), (8, 1, 0, 4, 1, 1),
    (8, 1, 3, 9, 0, 1), (8, 0, 0, 4, 1, 0.5), (9, 1, 0, 5, 2, 1), (10, 1, 2, 7, 1, 2), (11, 1, 0, 4, 0, 1),
    (11, 1, 1, 8, 2, 1),
])  # fmt: skip
PERSON, GROUP, ENTRY, MONTH, CAUSE = (MADE[:, i].astype(int) for i in range(5))
WEIGHT = MADE[:, 5]
TIMES = [2, 4, 6, 8]

ESTIMATE = np.array([
    (0, 0.150000000000000, 0.553846153846154, 0.553846153846154),
    (0, 0.100000000000000, 0.100000000000000, 0.330769230769231),
    (0.125000000000000, 0.196428571428571, 0.196428571428571, 0.367857142857143),
    (0.375000000000000, 0.375000000000000, 0.460714285714286, 0.546428571428571),
])  # fmt: skip
ROBUST = np.array([
    (0, 0.109601551083915, 0.206257981565709, 0.206257981565709),
    (0, 0.0972111104761179, 0.0972111104761179, 0.2007173028515912),
    (0.123031373031435, 0.140947484716977, 0.140947484716977, 0.197883591151783),
    (0.256744948830547, 0.256744948830547, 0.229514209524139, 0.207159160883217),
])  # fmt: skip
CLUSTERED = np.array([
    (0, 0.0831414457415795, 0.1765784575829228, 0.1765784575829228),
    (0, 0.0992471662063961, 0.0992471662063961, 0.1732737817393473),
    (0.125000000000000, 0.139013058243997, 0.139013058243997, 0.185893597556940),
    (0.265165042944955, 0.265165042944955, 0.240077028021404, 0.211298037575006),
])  # fmt: skip
AALEN = np.array([
    (0, 0.153093108923949, 0.188797593337415, 0.188797593337415),
    (0, 0.116926793336686, 0.116926793336686, 0.170090164508416),
    (0.152145154862546, 0.168202797449861, 0.168202797449861, 0.186338998124982),
    (0.152145154862546, 0.152145154862546, 0.179304784546640, 0.189758347517770),
])  # fmt: skip
RETENTION = np.array([
    (0, 0.113192314226718, 0.175044573094792, 0.115048250427693),
    (0.25, 0.2223928032418711, 0.1892346319762638, 0.0831972510999447),
])  # fmt: skip
