module pyshop/load

go 1.22
