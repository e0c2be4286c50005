package review_test

import _ "muster/torture" // its flag is given to every test binary at once
